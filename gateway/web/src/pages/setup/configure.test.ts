import { afterEach, describe, expect, it, vi } from "vitest";

import { fakeServer, refusal } from "../../testing/server";
import { configure } from "./configure";

const at = "/api/v1/repositories/r";

afterEach(() => vi.unstubAllGlobals());

describe("the end of the setup", () => {
  it("adds resources and a schedule, then starts the first run", async () => {
    const came = fakeServer({
      [`POST ${at}/tasks`]: {},
      [`GET ${at}/jobs`]: { body: { totalSize: 0 } },
      [`POST ${at}/jobs`]: {},
      [`POST ${at}:synchronize`]: { body: { id: "run" } },
    });
    expect(await configure("r", { resources: ["org_organisation", "org_office"], scheduled: true })).toBe("run");
    expect(came).toEqual([`POST ${at}/tasks`, `POST ${at}/tasks`, `GET ${at}/jobs`, `POST ${at}/jobs`, `POST ${at}:synchronize`]);
  });

  it("goes on where it was left: what is there already stays, and a run under way is taken", async () => {
    const came = fakeServer({
      [`POST ${at}/tasks`]: { status: 409, body: refusal("TASK_EXISTS") },
      [`GET ${at}/jobs`]: { body: { totalSize: 1 } },
      [`POST ${at}:synchronize`]: { status: 409, body: refusal("RUN_ACTIVE", { runId: "other" }) },
    });
    expect(await configure("r", { resources: ["org_organisation"], scheduled: true })).toBe("other");
    expect(came).not.toContain(`POST ${at}/jobs`);
  });

  it("stops at what goes wrong, and asks for no schedule if none is wanted", async () => {
    fakeServer({ [`POST ${at}/tasks`]: { status: 400, body: refusal("RESOURCE_PROTECTED") } });
    await expect(configure("r", { resources: ["auth_user"], scheduled: false })).rejects.toMatchObject({ reason: "RESOURCE_PROTECTED" });
    const came = fakeServer({ [`POST ${at}/tasks`]: {}, [`POST ${at}:synchronize`]: { body: { id: "run" } } });
    await configure("r", { resources: ["org_office"], scheduled: false });
    expect(came).toEqual([`POST ${at}/tasks`, `POST ${at}:synchronize`]);
  });
});
