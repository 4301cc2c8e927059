import { expect, test } from "vitest";

import { readLines } from "./lines";

/** pieces is a body that arrives in pieces of so many bytes. */
function pieces(text: string, size: number): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let at = 0;
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(at, (at += size)));
    },
  });
}

async function all(body: ReadableStream<Uint8Array>): Promise<unknown[]> {
  const found = [];
  for await (const line of readLines(body)) found.push(line);
  return found;
}

const messages = [{ name: "مستودع كيسومو" }, { name: "Høyvik" }, { n: 3 }];
const text = messages.map((m) => JSON.stringify(m)).join("\n") + "\n";

test.each([1, 2, 3, 7, 64, 4096])("lines are the same in pieces of %i bytes, through the middle of letters", async (size) => {
  expect(await all(pieces(text, size))).toEqual(messages);
});

test("a last line without an end counts, empty lines do not", async () => {
  expect(await all(pieces(`\n{"a":1}\n\n{"b":2}`, 5))).toEqual([{ a: 1 }, { b: 2 }]);
});

test("what is no JSON ends the reading with an error", async () => {
  await expect(all(pieces("<html>\n", 3))).rejects.toThrow(SyntaxError);
});

test("a reader that stops early lets the body go", async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode('{"a":1}\n')),
    cancel: () => void (cancelled = true),
  });
  for await (const line of readLines(body)) {
    expect(line).toEqual({ a: 1 });
    break;
  }
  expect(cancelled).toBe(true);
});
