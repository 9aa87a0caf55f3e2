import { markdownText } from '../../lib/base/markdown-text';

test.each([
  ['a line break', 'a\n# b', 'a\\u000a\\# b'],
  ['a heading', '# a', '\\# a'],
  ['a link', '[a](https://evil.example)', '\\[a\\](https:<!-- -->//evil.example)'],
  ['a picture', '![a](b)', '\\!\\[a\\](b)'],
  ['a mention', '@acme/ops', '@<!-- -->acme/ops'],
  ['an issue', '#12', '\\#<!-- -->12'],
  ['a site', 'www.evil.example', 'www<!-- -->.evil.example'],
  ['HTML', '<img src=x>', '\\<img src=x\\>'],
  ['a cell', 'a|b', 'a\\|b'],
  ['code', '`a`', '\\`a\\`'],
  ['writing from right to left', 'a\u202eb', 'a\\u202eb'],
])('%s of a name is text in Markdown', (_, text, written) => {
  // The backslash of an escape that was made visible is escaped as well.
  expect(markdownText(text)).toBe(written.replace(/\\u/g, '\\\\u'));
});
