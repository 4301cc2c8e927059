import type { EdenRecord, RecordVersion } from "../../api/types";
import { type Change, changesBetween } from "./diff";

/** Step is one version in the story of a record. */
export interface Step {
  version: RecordVersion;
  /** Whether it is what this site has now. */
  present: boolean;
  /** What it changed against the version before; of the oldest one that is kept, all it has. */
  changes: Change[];
  /** Whether no version before it is kept. */
  oldest: boolean;
}

/** storyOf tells the versions of a record, newest first. */
export function storyOf(record: EdenRecord): Step[] {
  const versions: RecordVersion[] = [record, ...record.history];
  return versions.map((version, i) => ({
    version,
    present: i === 0,
    changes: changesBetween(versions[i + 1], version),
    oldest: i === versions.length - 1,
  }));
}

/** Who made a version, as the key of a sentence. */
export type Origin = "edited" | "editedBy" | "came" | "cameBy" | "deletedHere" | "deletedHereBy" | "deletedThere";

export function originOf({ originRepositoryId, author, deleted }: RecordVersion): Origin {
  if (originRepositoryId !== "") return deleted ? "deletedThere" : author ? "cameBy" : "came";
  if (deleted) return author ? "deletedHereBy" : "deletedHere";
  return author ? "editedBy" : "edited";
}
