import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, createRouter, lazyRouteComponent, Outlet, redirect } from "@tanstack/react-router";

import { api } from "../api/client";
import { sessionQuery } from "../session/session";
import { Bare } from "../shell/Bare";
import { Crash } from "../shell/Crash";
import { NotFound } from "../shell/NotFound";
import { parseSearch, pick, stringifySearch } from "./search";

interface Context {
  queries: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: Outlet, notFoundComponent: NotFound });

// Pages before a person is signed in.
const bare = createRoute({ getParentRoute: () => root, id: "bare", component: Bare });
const signIn = createRoute({
  getParentRoute: () => bare,
  path: "/sign-in",
  validateSearch: pick("to", "failed"),
  beforeLoad: () => toSetup(),
  component: lazyRouteComponent(() => import("../pages/sign-in/SignInPage")),
});
const invitation = createRoute({
  getParentRoute: () => bare,
  path: "/invitation",
  component: lazyRouteComponent(() => import("../pages/accounts/InvitationPage")),
});
const setup = createRoute({
  getParentRoute: () => bare,
  path: "/setup",
  beforeLoad: async () => {
    if (!(await setupRequired())) throw redirect({ to: "/sign-in" });
  },
  component: lazyRouteComponent(() => import("../pages/setup/AccountPage")),
});

// The rest of the setup, by the new administrator; it can be left and come back to.
const steps = createRoute({ getParentRoute: () => bare, id: "steps", beforeLoad: signedIn });
const setupSite = createRoute({
  getParentRoute: () => steps,
  path: "/setup/site",
  component: lazyRouteComponent(() => import("../pages/setup/SitePage")),
});
const setupRole = createRoute({
  getParentRoute: () => steps,
  path: "/setup/role",
  validateSearch: pick("role"),
  component: lazyRouteComponent(() => import("../pages/setup/RolePage")),
});
const setupConnect = createRoute({
  getParentRoute: () => steps,
  path: "/setup/connect",
  component: lazyRouteComponent(() => import("../pages/setup/ConnectPage")),
});

// Pages of signed-in people.
const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  beforeLoad: signedIn,
  component: lazyRouteComponent(() => import("../shell/Shell"), "Shell"),
});
const overview = createRoute({
  getParentRoute: () => app,
  path: "/",
  component: lazyRouteComponent(() => import("../pages/overview/OverviewPage")),
});

const repositories = createRoute({
  getParentRoute: () => app,
  path: "/repositories",
  validateSearch: pick("q", "show", "sort", "page"),
  component: lazyRouteComponent(() => import("../pages/repositories/RepositoriesPage")),
});
const newRepository = createRoute({
  getParentRoute: () => app,
  path: "/repositories/new",
  component: lazyRouteComponent(() => import("../pages/repositories/NewRepositoryPage")),
});
const repository = createRoute({
  getParentRoute: () => app,
  path: "/repositories/$id",
  component: lazyRouteComponent(() => import("../pages/repositories/RepositoryLayout")),
});
const repositoryIndex = createRoute({
  getParentRoute: () => repository,
  path: "/",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/repositories/$id/configuration", params, replace: true });
  },
});
const configuration = createRoute({
  getParentRoute: () => repository,
  path: "configuration",
  component: lazyRouteComponent(() => import("../pages/repositories/ConfigurationPage")),
});
const resources = createRoute({
  getParentRoute: () => repository,
  path: "resources",
  component: lazyRouteComponent(() => import("../pages/resources/ResourcesPage")),
});
const newResource = createRoute({
  getParentRoute: () => repository,
  path: "resources/new",
  component: lazyRouteComponent(() => import("../pages/resources/NewResourcePage")),
});
const resource = createRoute({
  getParentRoute: () => repository,
  path: "resources/$rid",
  component: lazyRouteComponent(() => import("../pages/resources/ResourcePage")),
});
const schedule = createRoute({
  getParentRoute: () => repository,
  path: "schedule",
  component: lazyRouteComponent(() => import("../pages/schedule/SchedulePage")),
});
const newJob = createRoute({
  getParentRoute: () => repository,
  path: "schedule/new",
  component: lazyRouteComponent(() => import("../pages/schedule/NewJobPage")),
});
const job = createRoute({
  getParentRoute: () => repository,
  path: "schedule/$jid",
  component: lazyRouteComponent(() => import("../pages/schedule/JobPage")),
});
const logSearch = pick(
  "from",
  "to",
  "period",
  "repository",
  "resource",
  "mode",
  "transmission",
  "result",
  "remote",
  "run",
  "q",
  "follow",
  "page",
);
const repositoryLog = createRoute({
  getParentRoute: () => repository,
  path: "log",
  validateSearch: logSearch,
  component: lazyRouteComponent(() => import("../pages/log/RepositoryLogPage")),
});

const run = createRoute({
  getParentRoute: () => app,
  path: "/runs/$id",
  validateSearch: pick("outcome", "resource", "direction", "page"),
  component: lazyRouteComponent(() => import("../pages/runs/RunPage")),
});
const log = createRoute({
  getParentRoute: () => app,
  path: "/log",
  validateSearch: logSearch,
  component: lazyRouteComponent(() => import("../pages/log/LogPage")),
});
const logEntry = createRoute({
  getParentRoute: () => app,
  path: "/log/$id",
  validateSearch: logSearch,
  component: lazyRouteComponent(() => import("../pages/log/LogEntryPage")),
});

const conflicts = createRoute({
  getParentRoute: () => app,
  path: "/conflicts",
  validateSearch: pick("state", "repository", "resource", "run", "q", "page"),
  component: lazyRouteComponent(() => import("../pages/conflicts/ConflictsPage")),
});
const conflict = createRoute({
  getParentRoute: () => app,
  path: "/conflicts/$id",
  component: lazyRouteComponent(() => import("../pages/conflicts/ConflictPage")),
});
const rejects = createRoute({
  getParentRoute: () => app,
  path: "/rejects",
  validateSearch: pick("state", "repository", "resource", "run", "direction", "page"),
  component: lazyRouteComponent(() => import("../pages/conflicts/RejectsPage")),
});
const reject = createRoute({
  getParentRoute: () => app,
  path: "/rejects/$id",
  component: lazyRouteComponent(() => import("../pages/conflicts/RejectPage")),
});

const records = createRoute({
  getParentRoute: () => app,
  path: "/records",
  validateSearch: pick("q", "page"),
  component: lazyRouteComponent(() => import("../pages/records/ResourcesPage")),
});
const recordsOf = createRoute({
  getParentRoute: () => app,
  path: "/records/$resource",
  validateSearch: pick("q", "deleted", "origin", "page"),
  component: lazyRouteComponent(() => import("../pages/records/RecordsPage")),
});
const newRecord = createRoute({
  getParentRoute: () => app,
  path: "/records/$resource/new",
  component: lazyRouteComponent(() => import("../pages/records/NewRecordPage")),
});
const record = createRoute({
  getParentRoute: () => app,
  path: "/records/$resource/$uid",
  component: lazyRouteComponent(() => import("../pages/records/RecordPage")),
});
const editRecord = createRoute({
  getParentRoute: () => app,
  path: "/records/$resource/$uid/edit",
  component: lazyRouteComponent(() => import("../pages/records/EditRecordPage")),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: "/settings",
  component: lazyRouteComponent(() => import("../pages/settings/SettingsLayout")),
});
const settingsIndex = createRoute({
  getParentRoute: () => settings,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/settings/site", replace: true });
  },
});
const settingsSite = createRoute({
  getParentRoute: () => settings,
  path: "site",
  component: lazyRouteComponent(() => import("../pages/settings/SitePage")),
});
const settingsProxy = createRoute({
  getParentRoute: () => settings,
  path: "proxy",
  component: lazyRouteComponent(() => import("../pages/settings/ProxyPage")),
});
const settingsRetention = createRoute({
  getParentRoute: () => settings,
  path: "retention",
  component: lazyRouteComponent(() => import("../pages/settings/RetentionPage")),
});
const settingsAppearance = createRoute({
  getParentRoute: () => settings,
  path: "appearance",
  component: lazyRouteComponent(() => import("../pages/settings/AppearancePage")),
});

const users = createRoute({
  getParentRoute: () => app,
  path: "/users",
  validateSearch: pick("q", "role", "page"),
  component: lazyRouteComponent(() => import("../pages/accounts/UsersPage")),
});
const newUser = createRoute({
  getParentRoute: () => app,
  path: "/users/new",
  component: lazyRouteComponent(() => import("../pages/accounts/NewUserPage")),
});
const user = createRoute({
  getParentRoute: () => app,
  path: "/users/$id",
  component: lazyRouteComponent(() => import("../pages/accounts/UserPage")),
});
const tokens = createRoute({
  getParentRoute: () => app,
  path: "/tokens",
  component: lazyRouteComponent(() => import("../pages/accounts/TokensPage")),
});
const account = createRoute({
  getParentRoute: () => app,
  path: "/account",
  component: lazyRouteComponent(() => import("../pages/accounts/OwnAccountPage")),
});
const help = createRoute({
  getParentRoute: () => app,
  path: "/help",
  component: lazyRouteComponent(() => import("../pages/help/HelpPage")),
});
const helpTopic = createRoute({
  getParentRoute: () => app,
  path: "/help/$topic",
  component: lazyRouteComponent(() => import("../pages/help/TopicPage")),
});

// Everything else. It stands inside the frame, so that the menu leads on.
const elsewhere = createRoute({ getParentRoute: () => app, path: "/$", component: NotFound });

const tree = root.addChildren([
  bare.addChildren([signIn, invitation, setup, steps.addChildren([setupSite, setupRole, setupConnect])]),
  app.addChildren([
    overview,
    repositories,
    newRepository,
    repository.addChildren([repositoryIndex, configuration, resources, newResource, resource, schedule, newJob, job, repositoryLog]),
    run,
    log,
    logEntry,
    conflicts,
    conflict,
    rejects,
    reject,
    records,
    recordsOf,
    newRecord,
    record,
    editRecord,
    settings.addChildren([settingsIndex, settingsSite, settingsProxy, settingsRetention, settingsAppearance]),
    users,
    newUser,
    user,
    tokens,
    account,
    help,
    helpTopic,
    elsewhere,
  ]),
]);

/** signedIn sends everybody else to the sign-in page, and to the setup where nobody can sign in yet. */
async function signedIn({ context, location }: { context: Context; location: { href: string } }) {
  const session = await context.queries.ensureQueryData(sessionQuery);
  if (session) return;
  await toSetup();
  throw redirect({ to: "/sign-in", search: location.href === "/" ? {} : { to: location.href } });
}

async function toSetup() {
  if (await setupRequired()) throw redirect({ to: "/setup" });
}

/** setupRequired asks whether this site has no administrator yet; the server answers 404 once it has, for ever. */
async function setupRequired(): Promise<boolean> {
  if (setupDone) return false;
  const { data, response } = await api.GET("/api/v1/setup");
  setupDone = response.status === 404;
  return data?.required ?? false;
}

let setupDone = false;

export function makeRouter(queries: QueryClient) {
  const saveData = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData ?? false;
  return createRouter({
    routeTree: tree,
    context: { queries },
    parseSearch,
    stringifySearch,
    defaultPreload: saveData ? false : "intent",
    defaultErrorComponent: Crash,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
