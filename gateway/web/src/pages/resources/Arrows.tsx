import type { Task } from "../../api/types";
import { Icon } from "../../ui/Icon";

/** Arrows draws a mode: the blue one brings records to this site, which stands at the start; the sand one takes them away. */
export function Arrows({ mode }: { mode: Task["mode"] }) {
  const pulls = mode === "PULL" || mode === "PULL_AND_PUSH";
  const pushes = mode === "PUSH" || mode === "PULL_AND_PUSH";
  return (
    <span className="arrows">
      <span className={pulls ? "pull" : "off"}>
        <Icon name="arrowStart" turns />
      </span>
      <span className={pushes ? "push" : "off"}>
        <Icon name="arrowEnd" turns />
      </span>
    </span>
  );
}
