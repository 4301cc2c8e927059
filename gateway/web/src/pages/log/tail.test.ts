import { describe, expect, test } from "vitest";

import type { LogEntry } from "../../api/types";
import { arrive, most, reveal, type Tail } from "./tail";

const empty: Tail = { shown: [], waiting: [], after: "" };

/** entry is the nth entry of a log that has one each second. */
function entry(n: number): LogEntry {
  return { id: `id-${String(n).padStart(5, "0")}`, time: new Date(Date.UTC(2026, 10, 28) + n * 1000).toISOString() } as LogEntry;
}

function range(from: number, to: number): LogEntry[] {
  return Array.from({ length: to - from }, (_, i) => entry(from + i));
}

function ids(entries: LogEntry[]): string[] {
  return entries.map(({ id }) => id);
}

describe("arrive", () => {
  test("shows the newest first", () => {
    const tail = arrive(empty, { entries: range(0, 3), after: "id-00002" }, false);
    expect(ids(tail.shown)).toEqual(["id-00002", "id-00001", "id-00000"]);
    expect(tail.after).toBe("id-00002");
  });

  test("lets entries wait while the person reads older ones", () => {
    const read = arrive(empty, { entries: range(0, 3), after: "id-00002" }, false);
    const held = arrive(read, { entries: range(3, 5), after: "id-00004" }, true);
    expect(held.shown).toBe(read.shown);
    expect(ids(held.waiting)).toEqual(["id-00004", "id-00003"]);
    expect(ids(reveal(held).shown)).toEqual(ids(range(0, 5).reverse()));
    expect(reveal(held).waiting).toEqual([]);
  });

  test("what waited is shown with the next entry once the person is back", () => {
    const held = arrive(empty, { entries: range(0, 2), after: "id-00001" }, true);
    const back = arrive(held, { entries: range(2, 3), after: "id-00002" }, false);
    expect(ids(back.shown)).toEqual(["id-00002", "id-00001", "id-00000"]);
    expect(back.waiting).toEqual([]);
  });

  test("no entry twice and none missing across a break, whatever way they come", () => {
    let tail = arrive(empty, { entries: range(0, 4), after: "id-00003" }, false);
    // Asking brings newer ones while the stream is away, and does not tell how far the stream has come.
    tail = arrive(tail, { entries: range(2, 7) }, false);
    expect(tail.after).toBe("id-00003");
    // The stream goes on after what it sent last, one entry with an older time among it.
    tail = arrive(tail, { entries: [...range(4, 9), entry(1.5)], after: "id-00008" }, true);
    tail = reveal(tail);
    expect(ids(tail.shown)).toEqual([...ids(range(2, 9).reverse()), entry(1.5).id, "id-00001", "id-00000"]);
  });

  test("the same arrival changes nothing", () => {
    const tail = arrive(empty, { entries: range(0, 4), after: "id-00003" }, false);
    expect(arrive(tail, { entries: range(0, 4), after: "id-00003" }, false)).toBe(tail);
  });

  test("orders entries of the same moment as the server does", () => {
    const at = (id: string, time: string) => ({ id, time }) as LogEntry;
    const same = [
      at("b", "2026-11-28T00:00:00.5Z"),
      at("c", "2026-11-28T00:00:00.500001Z"),
      at("a", "2026-11-28T00:00:00.5Z"),
      at("d", "2026-11-28T00:00:00Z"),
    ];
    expect(ids(arrive(empty, { entries: same }, false).shown)).toEqual(["c", "b", "a", "d"]);
  });

  test("keeps the newest of very many", () => {
    const tail = arrive(arrive(empty, { entries: range(0, most) }, false), { entries: range(most, most + 100) }, false);
    expect(tail.shown).toHaveLength(most);
    expect(tail.shown[0]).toEqual(entry(most + 99));
    expect(tail.shown.at(-1)).toEqual(entry(100));
  });
});
