import { visibleText } from '../../base/visible-text';

/** Title of what is about two clusters. */
export const BETWEEN = 'between clusters';

/** What is printed about one cluster of several. */
export interface FleetSection {
  /** What it is about. */
  readonly title: string;
  readonly text: string;
}

/** Sections below each other, for terminals. */
export function sectionsToText(sections: readonly FleetSection[]): string {
  return sections.map(({ title, text }) => `== ${visibleText(title)}\n\n${text}`).join('\n');
}

/** The same for pull requests. */
export function sectionsToMarkdown(sections: readonly FleetSection[]): string {
  const { markdownText } = require('../../base/markdown-text') as typeof import('../../base/markdown-text');
  return sections.map(({ title, text }) => `### ${markdownText(title)}\n\n${text}`).join('\n');
}

/** What each cluster's part is in JSON, by the cluster's name. */
export function sectionsToJson(parts: Readonly<Record<string, object>>): string {
  return `${JSON.stringify(parts, undefined, 2)}\n`;
}

/** The answer about a cluster, rendered; without a name if it is the only one. */
export interface ClusterAnswer {
  readonly name: string | undefined;
  readonly text: string;
}

/** The answer about one cluster as it is, or those about several as sections of the same format. */
export function oneOrSections(answers: readonly ClusterAnswer[], format: 'text' | 'markdown' | 'json'): string {
  const [first] = answers;
  if (first?.name === undefined) return first?.text ?? '';
  const sections = answers.map(({ name = '', text }) => ({ title: name, text }));
  if (format === 'text') return sectionsToText(sections);
  if (format === 'markdown') return sectionsToMarkdown(sections);
  return sectionsToJson(Object.fromEntries(sections.map(({ title, text }) => [title, JSON.parse(text) as object])));
}
