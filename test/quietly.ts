/**
 * Runs a program without its notices on standard error, which would look like news of the tests to somebody who runs them.
 *
 * @param run ends when it returns
 */
export function quietly<Result>(run: () => Result): Result {
  const write = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    return run();
  } finally {
    write.mockRestore();
  }
}
