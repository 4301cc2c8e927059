import { describe, expect, test } from "vitest";

import { formatBytes, formatNumber, number, tag } from "./numbers";
import { formatDuration, formatRelative, formatTime, fromInputUTC, seconds, toDuration, toInputUTC } from "./times";

describe("numbers", () => {
  test.each([
    ["9007199254740991", 9007199254740991],
    ["0", 0],
    [12, 12],
    [null, 0],
    [undefined, 0],
    ["no number", 0],
  ])("number(%j) is %d", (given, want) => expect(number(given)).toBe(want));

  test("digits are Latin unless the person wants those of the language", () => {
    expect(formatNumber(1234567, tag("ar", "latin"))).toMatch(/^1.234.567$/);
    expect(formatNumber(12, tag("ar-EG", "native"))).toBe("١٢");
    expect(formatNumber(1234567, tag("fr", "latin"))).toMatch(/^1.234.567$/);
  });

  test.each([
    [0, "0 bytes"],
    [999, "999 bytes"],
    [1000, "1 kB"],
    [1540, "1.5 kB"],
    [15_400, "15 kB"],
    [2_500_000, "2.5 MB"],
  ])("%d bytes are %s", (given, want) => expect(formatBytes(given, "en")).toBe(want));
});

describe("durations", () => {
  test.each([
    ["300s", 300],
    ["0.25s", 0.25],
    ["", 0],
    [null, 0],
    [undefined, 0],
  ])("seconds(%j) is %d", (given, want) => expect(seconds(given)).toBe(want));

  test("what is read is written again", () => expect(toDuration(seconds("2419200s"))).toBe("2419200s"));

  test.each([
    [0.42, "0.42 sec"],
    [3.14, "3.1 sec"],
    [59, "59 sec"],
    [60, "1 min"],
    [61, "1 min, 1 sec"],
    [3_600, "1 hr"],
    [7_320, "2 hr, 2 min"],
    [90_000, "1 day, 1 hr"],
    [-95, "-1 min, 35 sec"],
  ])("%d seconds", (given, want) => expect(formatDuration(given, "en")).toBe(want.replaceAll(",", "")));
});

describe("times", () => {
  const now = new Date("2026-11-28T12:00:00Z");
  const time = new Date("2026-11-28T08:30:05Z");

  test("relative", () => {
    expect(formatRelative(time, now, "en")).toBe("3 hours ago");
    expect(formatRelative(new Date("2026-11-28T12:05:00Z"), now, "en")).toBe("in 5 minutes");
    expect(formatRelative(now, now, "en")).toBe("now");
  });

  test("the date is left out today only", () => {
    expect(formatTime(time, "en", "UTC", { now })).toBe("08:30");
    expect(formatTime(time, "en", "UTC", { now, seconds: true })).toBe("08:30:05");
    expect(formatTime(time, "en", "UTC", { now: new Date("2026-11-29T00:00:00Z") })).toBe("Nov 28, 2026, 08:30");
  });

  test("what is entered is UTC, whatever zone the browser is in", () => {
    expect(fromInputUTC("2011-09-21T08:30")).toBe("2011-09-21T08:30:00.000Z");
    expect(toInputUTC("2011-09-21T08:30:00Z")).toBe("2011-09-21T08:30");
    expect(fromInputUTC("")).toBeNull();
    expect(fromInputUTC("no time")).toBeNull();
    expect(toInputUTC(null)).toBe("");
  });
});
