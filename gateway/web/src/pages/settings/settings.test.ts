import { afterEach, describe, expect, it, vi } from "vitest";

import type { Settings } from "../../api/types";
import { isProxy } from "./proxy";
import { saveSettings } from "./queries";
import { checkRetention, readRetention, writeRetention } from "./retention";

const settings: Settings = {
  repositoryUuid: "urn:uuid:1",
  siteName: "Nairobi HQ",
  publicUrl: "",
  proxyUrl: "",
  logRetention: "2419200s",
  recordHistoryRetention: "0s",
  fullPullInterval: "604800s",
  pullOverlap: "2s",
  maxClockOffset: "30s",
  maxConcurrentRuns: 4,
  anonymousRepositoryPulls: false,
  exposedResources: ["auth_group", "auth_user"],
  maxAttachmentBytes: "1000",
  createTime: "",
  updateTime: "",
  etag: "1",
};

describe("retention and limits", () => {
  it("are written as they were read", () => {
    const { logRetention, pullOverlap, exposedResources, maxAttachmentBytes, maxConcurrentRuns } = settings;
    const written = writeRetention(readRetention(settings));
    expect(written).toMatchObject({ logRetention, pullOverlap, exposedResources, maxAttachmentBytes, maxConcurrentRuns });
  });

  it("accept what the server accepts", () => {
    expect(checkRetention(readRetention(settings))).toEqual({});
  });

  it.each([
    ["logRetention", 60, "period"],
    ["logRetention", NaN, "period"],
    ["fullPullInterval", 59, "fullPull"],
    ["pullOverlap", 3_601, "overlap"],
    ["maxClockOffset", 0, "offset"],
    ["maxConcurrentRuns", "65", "runs"],
    ["maxConcurrentRuns", "1.5", "runs"],
    ["maxAttachment", "-1", "size"],
    ["maxAttachment", "", "size"],
    ["exposedResources", "auth_user\nplain", "resources"],
  ])("refuse %s = %s", (field, value, rule) => {
    expect(checkRetention({ ...readRetention(settings), [field]: value })).toEqual({ [field]: rule });
  });
});

describe("isProxy", () => {
  it.each(["", "http://proxy.example.org:3128", "socks5h://user:***@10.0.0.1:1080", "https://proxy.example.org/"])("takes %s", (url) => {
    expect(isProxy(url)).toBe(true);
  });

  it.each(["proxy.example.org:3128", "ftp://proxy.example.org", "http://proxy.example.org/path", "http://p:1?x=1", "http://"])(
    "refuses %s",
    (url) => {
      expect(isProxy(url)).toBe(false);
    },
  );
});

describe("saveSettings", () => {
  afterEach(() => vi.unstubAllGlobals());

  /** serve answers the requests to come one after the other, and notes the bodies of those that change something. */
  function serve(...answers: [status: number, body: unknown][]) {
    const bodies: unknown[] = [];
    vi.stubGlobal("fetch", async (request: Request) => {
      if (request.method !== "GET") bodies.push(await request.clone().json());
      const [status, body] = answers.shift()!;
      return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
    });
    return bodies;
  }

  const stale = { message: "Somebody was faster.", details: [{ reason: "STALE" }] };

  it("saves again when somebody has changed other settings meanwhile", async () => {
    const bodies = serve([409, stale], [200, { ...settings, etag: "2" }], [200, { ...settings, siteName: "Mombasa", etag: "3" }]);
    const saved = await saveSettings({ siteName: "Mombasa" }, "1", () => true);
    expect(saved.etag).toBe("3");
    expect(bodies).toEqual([
      { siteName: "Mombasa", etag: "1" },
      { siteName: "Mombasa", etag: "2" },
    ]);
  });

  it("asks when somebody has changed the same settings", async () => {
    const bodies = serve([409, stale], [200, { ...settings, siteName: "Kisumu", etag: "2" }]);
    const save = saveSettings({ siteName: "Mombasa" }, "1", (present) => present.siteName === settings.siteName);
    await expect(save).rejects.toMatchObject({ reason: "STALE" });
    expect(bodies).toHaveLength(1);
  });
});
