import { Outlet } from "@tanstack/react-router";
import { Suspense } from "react";
import { useTranslation } from "react-i18next";

import { Announcer } from "../ui/Announce";
import { Skeleton } from "../ui/Loaded";
import { ConnectionBar, PlainHttpBar } from "./Bars";
import { ShortcutsDialog } from "./Shortcuts";
import { SignInDialog } from "./SignInDialog";
import { TopBar } from "./TopBar";

/** Shell is the frame of all pages of signed-in people. */
export function Shell() {
  const { t } = useTranslation();
  return (
    <>
      <a className="skip" href="#content">
        {t("skip")}
      </a>
      <TopBar />
      <PlainHttpBar />
      <ConnectionBar />
      <main id="content" tabIndex={-1}>
        <Suspense fallback={<Skeleton rows={5} />}>
          <Outlet />
        </Suspense>
      </main>
      <SignInDialog />
      <ShortcutsDialog />
      <Announcer />
    </>
  );
}
