import { Outlet } from "@tanstack/react-router";
import { Suspense } from "react";

import { Announcer } from "../ui/Announce";
import { Skeleton } from "../ui/Loaded";
import { ConnectionBar, PlainHttpBar } from "./Bars";
import { LanguageSelect } from "./LanguageSelect";
import { SignInDialog } from "./SignInDialog";

/** Bare is the frame of pages without menu: sign-in, setup, invitations. */
export function Bare() {
  return (
    <>
      <header className="top bare">
        <p className="plate">
          <strong>edensync</strong>
        </p>
        <div className="tools">
          <LanguageSelect />
        </div>
      </header>
      <PlainHttpBar />
      <ConnectionBar />
      <main className="narrow" id="content">
        <Suspense fallback={<Skeleton rows={3} />}>
          <Outlet />
        </Suspense>
      </main>
      <SignInDialog />
      <Announcer />
    </>
  );
}
