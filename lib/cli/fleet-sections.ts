import { visibleText } from '../base/visible-text';

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
  const { markdownText } = require('../base/markdown-text') as typeof import('../base/markdown-text');
  return sections.map(({ title, text }) => `### ${markdownText(title)}\n\n${text}`).join('\n');
}

/** What each cluster's part is in JSON, by the cluster's name. */
export function sectionsToJson(parts: Readonly<Record<string, object>>): string {
  return `${JSON.stringify(parts, undefined, 2)}\n`;
}
