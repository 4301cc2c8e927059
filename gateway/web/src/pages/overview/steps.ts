import type { Repository, Status } from "../../api/types";

/** Step is one line of the checklist of a new site. */
export interface Step {
  name: "worker" | "proxy" | "repository" | "resources" | "schedule" | "run";
  done: boolean;
  /** Whether a site can do without it. */
  optional: boolean;
  /** Repository at which it is done; empty: none is there yet. */
  repositoryId: string;
}

/** What the checklist looks at. */
interface Site {
  repositories: Pick<Repository, "id" | "url" | "taskCount" | "lastConnectTime">[];
  /** Jobs that have a next run. */
  jobs: number;
  components: Status["components"];
  proxyUrl: string;
}

/** stepsOf says what a new site has done and what is missing. A site that others connect to needs no resources and no schedule. */
export function stepsOf({ repositories, jobs, components, proxyUrl }: Site): Step[] {
  const calling = repositories.filter(({ url }) => url !== "");
  const passive = repositories.length > 0 && calling.length === 0;
  const bare = calling.find(({ taskCount }) => taskCount === 0) ?? calling[0];
  const step = (name: Step["name"], done: boolean, optional = false, at = bare): Step => ({
    name,
    done,
    optional,
    repositoryId: at?.id ?? "",
  });
  return [
    step(
      "worker",
      components.every((part) => part?.ready ?? false),
    ),
    step("proxy", proxyUrl !== "", true),
    step("repository", repositories.length > 0),
    step(
      "resources",
      repositories.some(({ taskCount }) => taskCount > 0),
      passive,
    ),
    step("schedule", jobs > 0, passive, calling[0]),
    step(
      "run",
      repositories.some(({ lastConnectTime }) => lastConnectTime !== null),
      false,
      repositories[0],
    ),
  ];
}

/** isSetUp tells that nothing is missing any more. A worker that stops later has a place of its own on the page. */
export function isSetUp(steps: Step[]): boolean {
  return steps.every((step) => step.done || step.optional || step.name === "worker");
}
