// Every page of the app, with something in it.
import { rest } from "./lib.mjs";

/** routes lists [name, path] of all pages of signed-in people at a copy of the seeded hub. */
export async function routes(site) {
  const [{ repositories }, { conflicts }, { rejects }, { logEntries }, { records }, { users }] = await Promise.all([
    rest(site, "GET", "/repositories?query=Lamu&pageSize=1"),
    rest(site, "GET", "/conflicts?pageSize=1"),
    rest(site, "GET", "/rejects?pageSize=1"),
    rest(site, "GET", "/logEntries?results=ERROR&pageSize=1"),
    rest(site, "GET", "/resources/cr_shelter/records?pageSize=1"),
    rest(site, "GET", "/users?pageSize=1"),
  ]);
  const repository = `/repositories/${repositories[0].id}`;
  const { jobs } = await rest(site, "GET", `${repository}/jobs`);
  const { runs } = await rest(site, "GET", `/runs?repositoryId=${repositories[0].id}&pageSize=1`);
  const record = `/records/cr_shelter/${encodeURIComponent(records[0].uid)}`;
  return [
    ["overview", "/"],
    ["repositories", "/repositories"],
    ["repositories-none", "/repositories?q=no+such+place"],
    ["repository-new", "/repositories/new"],
    ["repository-configuration", `${repository}/configuration`],
    ["repository-resources", `${repository}/resources`],
    ["repository-resource-new", `${repository}/resources/new`],
    ["repository-resource", `${repository}/resources/cr_shelter`],
    ["repository-schedule", `${repository}/schedule`],
    ["repository-job-new", `${repository}/schedule/new`],
    ["repository-job", `${repository}/schedule/${jobs[0].id}`],
    ["repository-log", `${repository}/log`],
    ["run", `/runs/${runs[0].id}`],
    ["log", "/log"],
    ["log-none", "/log?q=no+such+words"],
    ["log-entry", `/log/${logEntries[0].id}`],
    ["conflicts", "/conflicts"],
    ["conflict", `/conflicts/${conflicts[0].id}`],
    ["rejects", "/rejects"],
    ["reject", `/rejects/${rejects[0].id}`],
    ["records", "/records"],
    ["records-list", "/records/cr_shelter"],
    ["record-new", "/records/cr_shelter/new"],
    ["record", record],
    ["record-edit", `${record}/edit`],
    ["settings-site", "/settings/site"],
    ["settings-proxy", "/settings/proxy"],
    ["settings-retention", "/settings/retention"],
    ["settings-appearance", "/settings/appearance"],
    ["users", "/users"],
    ["user-new", "/users/new"],
    ["user", `/users/${users[0].id}`],
    ["tokens", "/tokens"],
    ["account", "/account"],
    ["help", "/help"],
    ["help-policies", "/help/resources"],
    ["not-found", "/no/such/page"],
  ];
}

/** publicRoutes need nobody to be signed in; the setup needs a site that is empty. */
export const publicRoutes = [
  ["sign-in", "/sign-in"],
  ["invitation", "/invitation#CODE"],
];
