import { api, call } from "../../api/client";
import { ApiError } from "../../api/errors";
import type { EdenRecord } from "../../api/types";
import { bodyOf, type RecordValues } from "./form";

type Place = Pick<EdenRecord, "parentResourceName" | "parentUid" | "alias">;

/** getRecord reads a record as it is now. */
export function getRecord(resourceName: string, uid: string): Promise<EdenRecord> {
  return call(api.GET("/api/v1/resources/{resourceName}/records/{uid}", { params: { path: { resourceName, uid } } }));
}

/** putRecord saves a record as an edit of this site. */
export function putRecord(resourceName: string, values: RecordValues, place?: Place): Promise<EdenRecord> {
  const path = { resourceName, uid: values.uid.trim() };
  return call(api.PUT("/api/v1/resources/{resourceName}/records/{uid}", { params: { path }, body: bodyOf(values, place) }));
}

/**
 * createRecord saves a new record. Saving replaces what is there, so it looks first whether anything is, unless the identifier is
 * the random one that was proposed.
 */
export async function createRecord(resourceName: string, values: RecordValues, proposed: string): Promise<EdenRecord> {
  if (values.uid === proposed) return putRecord(resourceName, values);
  const present = await getRecord(resourceName, values.uid.trim()).catch((error: unknown) => {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  });
  if (present) throw new ApiError(409, "ALREADY_EXISTS", "", {}, [{ field: "uid", description: "exists" }]);
  return putRecord(resourceName, values);
}
