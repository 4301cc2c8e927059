import type { Settings } from "../../api/types";
import { number } from "../../format/numbers";
import { seconds, toDuration } from "../../format/times";
import type { Findings } from "../../form/rules";
import type { Change } from "./queries";

/** The settings of this page as a form: durations in seconds, sizes in MiB, names one a line. */
export interface Retention {
  logRetention: number;
  recordHistoryRetention: number;
  fullPullInterval: number;
  pullOverlap: number;
  maxClockOffset: number;
  maxConcurrentRuns: string;
  maxAttachment: string;
  exposedResources: string;
  anonymousRepositoryPulls: boolean;
}

const mebibyte = 2 ** 20;

export function readRetention(settings: Settings): Retention {
  return {
    logRetention: seconds(settings.logRetention),
    recordHistoryRetention: seconds(settings.recordHistoryRetention),
    fullPullInterval: seconds(settings.fullPullInterval),
    pullOverlap: seconds(settings.pullOverlap),
    maxClockOffset: seconds(settings.maxClockOffset),
    maxConcurrentRuns: String(settings.maxConcurrentRuns),
    maxAttachment: String(number(settings.maxAttachmentBytes) / mebibyte),
    exposedResources: settings.exposedResources.join("\n"),
    anonymousRepositoryPulls: settings.anonymousRepositoryPulls,
  };
}

export function writeRetention(values: Retention): Change {
  return {
    logRetention: toDuration(values.logRetention),
    recordHistoryRetention: toDuration(values.recordHistoryRetention),
    fullPullInterval: toDuration(values.fullPullInterval),
    pullOverlap: toDuration(values.pullOverlap),
    maxClockOffset: toDuration(values.maxClockOffset),
    maxConcurrentRuns: Number(values.maxConcurrentRuns),
    maxAttachmentBytes: String(Math.round(Number(values.maxAttachment) * mebibyte)),
    exposedResources: names(values.exposedResources),
    anonymousRepositoryPulls: values.anonymousRepositoryPulls,
  };
}

/** names reads names, one a line; commas and blanks separate, too. */
export function names(text: string): string[] {
  return text.split(/[\s,]+/).filter(Boolean);
}

type Rule = "period" | "fullPull" | "overlap" | "offset" | "runs" | "size" | "resources";

/** checkRetention finds what the server would refuse, as keys below settings:rule. */
export function checkRetention(values: Retention): Partial<Record<keyof Retention, Rule>> {
  const found: Partial<Record<keyof Retention, Rule>> = {};
  const unless = (right: boolean, field: keyof Retention, rule: Rule) => {
    if (!right) found[field] = rule;
  };
  unless(zeroOrFrom(values.logRetention, 3_600), "logRetention", "period");
  unless(zeroOrFrom(values.recordHistoryRetention, 3_600), "recordHistoryRetention", "period");
  unless(zeroOrFrom(values.fullPullInterval, 60), "fullPullInterval", "fullPull");
  unless(values.pullOverlap >= 0 && values.pullOverlap <= 3_600, "pullOverlap", "overlap");
  unless(values.maxClockOffset > 0 && values.maxClockOffset <= 86_400, "maxClockOffset", "offset");
  const runs = Number(values.maxConcurrentRuns);
  unless(Number.isInteger(runs) && runs >= 1 && runs <= 64, "maxConcurrentRuns", "runs");
  unless(values.maxAttachment !== "" && Number(values.maxAttachment) >= 0, "maxAttachment", "size");
  unless(names(values.exposedResources).every(isTable), "exposedResources", "resources");
  return found;
}

function zeroOrFrom(value: number, least: number): boolean {
  return value === 0 || value >= least;
}

function isTable(name: string): boolean {
  return name.length <= 128 && /^[A-Za-z][A-Za-z0-9]*_[A-Za-z0-9_]*[A-Za-z0-9]$/.test(name);
}

/** translated turns the keys of checkRetention into sentences. */
export function translated(values: Retention, say: (rule: Rule) => string): Findings<Retention> {
  return Object.fromEntries(Object.entries(checkRetention(values)).map(([field, rule]) => [field, say(rule)]));
}
