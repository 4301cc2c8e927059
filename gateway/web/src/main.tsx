import "./styles/index.css";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

import { isTransient } from "./api/errors";
import { loadReasons, startLanguage } from "./i18n/i18n";
import { makeRouter } from "./router/router";
import { sessionQuery } from "./session/session";

const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: (failures, error) => failures < 2 && isTransient(error), staleTime: 5_000, networkMode: "always" },
    mutations: { networkMode: "always" },
  },
});
const router = makeRouter(queries);

// On a poor link each request that waits for another one costs half a second, so who is signed in is asked at once.
void queries.prefetchQuery(sessionQuery);
await startLanguage();
createRoot(document.getElementById("app")!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  </StrictMode>,
);
void loadReasons();
