import type { LinkProps } from "@tanstack/react-router";

/** Topics in the order in which a new administrator needs them, with the pages that each speaks of. */
export const topics = {
  "getting-started": [
    ["/repositories/new", "repositories"],
    ["/settings/proxy", "settings"],
  ],
  repositories: [["/repositories", "repositories"]],
  resources: [["/repositories", "repositories"]],
  schedule: [["/repositories", "repositories"]],
  log: [["/log", "log"]],
  conflicts: [
    ["/conflicts", "conflicts"],
    ["/rejects", "rejects"],
  ],
  clocks: [["/settings/site", "settings"]],
  moving: [["/settings/site", "settings"]],
  troubleshooting: [
    ["/", "overview"],
    ["/log", "log"],
  ],
  reasons: [["/log", "log"]],
} as const satisfies Record<string, readonly (readonly [LinkProps["to"], string])[]>;

export type TopicName = keyof typeof topics;

export const topicNames = Object.keys(topics) as TopicName[];

export function isTopic(name: string): name is TopicName {
  return name in topics;
}

/** What the texts of a topic hold; see i18n/en/help.json. */
export interface Topic {
  title: string;
  lead: string;
  sections: Section[];
}

export interface Section {
  heading: string;
  /** Things to do, one after the other. */
  steps?: string[];
  table?: { head: string[]; rows: string[][] };
  /** Paragraphs, below everything else. */
  text?: string[];
}
