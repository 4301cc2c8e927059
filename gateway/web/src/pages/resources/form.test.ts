import { describe, expect, it } from "vitest";

import type { Task } from "../../api/types";
import { checkTask, faultOf, newTask, readTask, ruleOf, writeTask } from "./form";

const task = {
  resourceName: "org_office",
  mode: "PULL",
  strategy: ["CREATE", "UPDATE"],
  updatePolicy: "MASTER",
  conflictPolicy: "THIS",
  filters: [{ tablename: "org_office", filterString: "~.name=x" }],
  etag: "7",
} as Task;

const say = (fault: string) => fault;

describe("the form of a resource", () => {
  it("begins as the guide says", () => {
    expect(writeTask(newTask)).toEqual({
      mode: "PULL_AND_PUSH",
      strategy: ["CREATE", "UPDATE", "DELETE", "MERGE"],
      updatePolicy: "NEWER",
      conflictPolicy: "NEWER",
      filters: [],
    });
  });

  it("gives back what it read", () => {
    const { mode, strategy, updatePolicy, conflictPolicy, filters } = task;
    expect(writeTask(readTask(task))).toEqual({ mode, strategy, updatePolicy, conflictPolicy, filters });
  });

  it("takes the update policy for conflicts while both are to be the same", () => {
    const values = { ...readTask(task), same: true };
    expect(writeTask(values).conflictPolicy).toBe("MASTER");
    expect(ruleOf(values).conflict).toBe("MASTER");
    expect(readTask({ ...task, conflictPolicy: "MASTER" }).same).toBe(true);
    expect(readTask(task).same).toBe(false);
  });

  it("asks for a table and at least one method", () => {
    expect(checkTask({ ...newTask, strategy: [] }, say)).toMatchObject({ resourceName: "required", strategy: "strategy" });
    expect(checkTask({ ...newTask, resourceName: "offices" }, say).resourceName).toBe("table");
    expect(Object.values(checkTask({ ...newTask, resourceName: " org_office " }, say)).filter(Boolean)).toEqual([]);
  });

  it("finds filters that would be refused", () => {
    const good = { tablename: "org_office", filterString: "~.name=x" };
    expect(faultOf([good])).toBeUndefined();
    expect(faultOf([good, { ...good, tablename: "" }])).toBe("table");
    expect(faultOf([{ ...good, filterString: "" }])).toBe("text");
    expect(faultOf([{ ...good, filterString: "name" }])).toBe("text");
    expect(faultOf([good, { tablename: " org_office", filterString: "~.name=x " }])).toBe("twice");
  });
});
