import type { ReactNode } from "react";

import { Icon, type IconName } from "./Icon";

type Kind = "info" | "ok" | "warning" | "error";

const icons: Record<Kind, IconName> = { info: "info", ok: "check", warning: "alert", error: "fatal" };

/** Note is a remark in the page. Warnings and errors that appear after something was done are read out. */
export function Note({ kind, children, alert }: { kind: Kind; children: ReactNode; alert?: boolean }) {
  return (
    <div className={`note ${kind}`} role={alert ? "alert" : undefined}>
      <Icon name={icons[kind]} />
      <div>{children}</div>
    </div>
  );
}
