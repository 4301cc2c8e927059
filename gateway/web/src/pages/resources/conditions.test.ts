import { describe, expect, it } from "vitest";

import { type Condition, isComplete, operators, readFilter, writeFilter } from "./conditions";

const conditions = (text: string): Condition[] => {
  const reading = readFilter(text);
  if (reading.kind !== "conditions") throw new Error(JSON.stringify(reading));
  return reading.conditions;
};

describe("readFilter", () => {
  it.each<[string, Condition[]]>([
    ["", []],
    ["~.name__like=A*", [{ field: "name", operator: "like", value: "A*" }]],
    ["~.code=1,2", [{ field: "code", operator: "eq", value: "1,2" }]],
    ["address.city__belongs!=Oslo,Bergen", [{ field: "address.city", operator: "belongs!", value: "Oslo,Bergen" }]],
    ["~.name|~.acronym__like=*x*", [{ field: "name|acronym", operator: "like", value: "*x*" }]],
    [
      "~.a__GE=3&~.b=NONE&~.c__ne=NONE",
      [
        { field: "a", operator: "ge", value: "3" },
        { field: "b", operator: "empty", value: "" },
        { field: "c", operator: "filled", value: "" },
      ],
    ],
    ["~.name=%22A+%26+B%22", [{ field: "name", operator: "eq", value: '"A & B"' }]],
  ])("reads %s", (text, want) => expect(conditions(text)).toEqual(want));

  it.each([
    ["~.name", "noValue"],
    ["~.a=1&&~.b=2", "noValue"],
    ["name=1", "badField"],
    ["~.a b=1", "badField"],
    ["~.name__is=1", "badOperator"],
    ["~.name__like=NONE", "noneCompared"],
    ["~.name=%zz", "badValue"],
    ['~.name="open', "badValue"],
    [`~.name=${"x".repeat(2_000)}`, "tooLong"],
  ])("says what is wrong with %s", (text, problem) => expect(readFilter(text)).toMatchObject({ kind: "wrong", problem }));

  it.each(["~.organisation_id$name=x", "~.a__typeof=x", "~.a__eq!=1", "$filter=x", "(~.a eq 1)=x", "~.a__like=x&~.b__lt!=2"])(
    "leaves to text what pieces cannot say: %s",
    (text) => expect(readFilter(text)).toEqual({ kind: "special" }),
  );
});

describe("writeFilter", () => {
  it("leaves out what is not complete", () => {
    expect(isComplete({ field: "a", operator: "eq", value: "" })).toBe(false);
    expect(
      writeFilter([
        { field: "", operator: "eq", value: "1" },
        { field: "b", operator: "empty", value: "" },
      ]),
    ).toBe("~.b=NONE");
  });

  it("reads back what it wrote, for every operator", () => {
    for (const operator of operators) {
      const value = operator === "empty" || operator === "filled" ? "" : 'é 50%, "a,b"+#&=';
      const given = [{ field: "name|site.code", operator, value }];
      expect(conditions(writeFilter(given))).toEqual(given);
    }
  });

  it("keeps values legible", () => {
    expect(writeFilter([{ field: "name", operator: "like", value: "مستشفى*" }])).toBe("~.name__like=مستشفى*");
  });
});
