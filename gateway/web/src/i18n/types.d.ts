import "i18next";

import type accounts from "./en/accounts.json";
import type common from "./en/common.json";
import type conflicts from "./en/conflicts.json";
import type help from "./en/help.json";
import type log from "./en/log.json";
import type overview from "./en/overview.json";
import type reasons from "./en/reasons.json";
import type records from "./en/records.json";
import type repositories from "./en/repositories.json";
import type resources from "./en/resources.json";
import type runs from "./en/runs.json";
import type schedule from "./en/schedule.json";
import type settings from "./en/settings.json";
import type setup from "./en/setup.json";
import type tables from "./en/tables.json";

/** Sections of the help are read as a whole; keys that lead into them would only slow the compiler down. */
type Topics = (typeof help)["topics"];
type Help = Omit<typeof help, "topics"> & { topics: { [Name in keyof Topics]: Pick<Topics[Name], "title" | "lead"> } };

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: {
      accounts: typeof accounts;
      common: typeof common;
      conflicts: typeof conflicts;
      help: Help;
      log: typeof log;
      overview: typeof overview;
      reasons: typeof reasons;
      records: typeof records;
      repositories: typeof repositories;
      resources: typeof resources;
      runs: typeof runs;
      schedule: typeof schedule;
      settings: typeof settings;
      setup: typeof setup;
      tables: typeof tables;
    };
  }
}
