import { useTranslation } from "react-i18next";

import type { RunState } from "../api/types";
import { Icon, type IconName, Ring } from "./Icon";

/** Tone of a status: its colour. Shape and word say the same. */
type Tone = "ok" | "warning" | "error" | "fatal" | "idle" | "busy";

/** Everything that a status line can say, of runs, repositories, jobs and log entries. */
const looks = {
  IN_STEP: ["ok", "check"],
  DONE: ["ok", "check"],
  SUCCESS: ["ok", "check"],
  RESOLVED: ["ok", "check"],
  READY: ["ok", "check"],
  RUNNING: ["busy", null],
  QUEUED: ["idle", "clock"],
  WAITING: ["idle", "clock"],
  WARNINGS: ["warning", "alert"],
  DONE_WITH_WARNINGS: ["warning", "alert"],
  WARNING: ["warning", "alert"],
  CONFLICTS: ["warning", "fork"],
  OPEN: ["warning", "fork"],
  FAILING: ["error", "retry"],
  FAILED: ["error", "retry"],
  ERROR: ["error", "retry"],
  TIMED_OUT: ["error", "clock"],
  NEEDS_YOU: ["fatal", "fatal"],
  FATAL: ["fatal", "fatal"],
  STOPPED: ["idle", "stop"],
  PAUSED: ["idle", "pause"],
  DISABLED: ["idle", "pause"],
  DISMISSED: ["idle", "cross"],
  SUPERSEDED: ["idle", "dash"],
  DECIDED: ["ok", "check"],
  EXPIRED: ["idle", "dash"],
  COMPLETED: ["ok", "check"],
  NEVER_SYNCHRONIZED: ["idle", "dot"],
  NOTHING: ["ok", "dash"],
} as const satisfies Record<string, readonly [Tone, IconName | null]>;

export type StatusName = keyof typeof looks;

/** Status is a shape, a word and a colour. Never one of them alone. */
export function Status({ name, word }: { name: StatusName | RunState; word?: string }) {
  const { t } = useTranslation();
  const known: StatusName = name in looks ? (name as StatusName) : "QUEUED";
  const [tone, icon] = looks[known];
  return (
    <span className={`status ${tone}`}>
      {icon === null ? <Ring /> : <Icon name={icon} />}
      <span>{word ?? t(`status.${known}`)}</span>
    </span>
  );
}
