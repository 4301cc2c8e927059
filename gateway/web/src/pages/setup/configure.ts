import { api, call } from "../../api/client";
import { hasReason } from "../../api/errors";
import type { Findings } from "../../form/rules";
import { addJob, usualInterval } from "../repositories/schedule";
import { startRun } from "../repositories/useSynchronize";

/** Resources that most sites exchange; any other can be added later. */
export const suggestedResources = [
  "org_organisation",
  "org_office",
  "org_facility",
  "gis_location",
  "cr_shelter",
  "hms_hospital",
  "req_req",
  "pr_person",
  "hrm_human_resource",
  "event_incident",
  "inv_warehouse",
  "project_project",
];

/** Those that every Sahana Eden has and that hold nothing about private persons. */
const tickedResources = ["org_organisation", "org_office", "org_facility", "gis_location"];

/** Choice is what the setup asks beside the connection. */
export interface Choice {
  /** Tables to exchange, in both directions. */
  resources: string[];
  /** Whether the first run is followed by others. */
  scheduled: boolean;
}

export const usualChoice: Choice = { resources: tickedResources, scheduled: true };

export function checkChoice({ resources }: Choice): Findings<Choice> {
  return { resources: resources.length === 0 && "required" };
}

/**
 * configure adds resources and a schedule, then starts the first run and gives its id. What is there already stays, so that a
 * repetition after a failure goes on where it ended.
 */
export async function configure(repositoryId: string, { resources, scheduled }: Choice): Promise<string> {
  for (const resourceName of resources) await addResource(repositoryId, resourceName);
  if (scheduled && !(await hasJobs(repositoryId))) {
    // The first slot is the one after this run.
    await addJob(repositoryId, usualInterval, new Date(Date.now() + usualInterval * 1000));
  }
  return startRun(repositoryId);
}

async function addResource(repositoryId: string, resourceName: string) {
  try {
    await call(api.POST("/api/v1/repositories/{repositoryId}/tasks", { params: { path: { repositoryId } }, body: { resourceName } }));
  } catch (error) {
    if (!hasReason(error, "TASK_EXISTS")) throw error;
  }
}

async function hasJobs(repositoryId: string): Promise<boolean> {
  const params = { path: { repositoryId }, query: { pageSize: 1 } };
  const { totalSize } = await call(api.GET("/api/v1/repositories/{repositoryId}/jobs", { params }));
  return totalSize > 0;
}
