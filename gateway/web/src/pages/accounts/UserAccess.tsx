import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTranslation } from "react-i18next";

import { api, call } from "../../api/client";
import type { User } from "../../api/types";
import { announce } from "../../ui/Announce";
import { Button } from "../../ui/Button";
import { ConfirmDialog } from "../../ui/Dialog";
import { ErrorNote } from "../../ui/ErrorNote";
import { UserSecret } from "./UserSecret";
import { userQuery } from "./queries";

/** UserAccess lets somebody in or keeps somebody out. fixed: the account can be neither disabled nor deleted from here. */
export function UserAccess({ user, fixed }: { user: User; fixed: boolean }) {
  const { t } = useTranslation("accounts");
  return (
    <section className="stack" aria-labelledby="access">
      <h2 id="access">{t("user.access")}</h2>
      {user.invited && <p>{t("user.waiting")}</p>}
      {!user.disabled && <Renewal user={user} />}
      {!fixed && (
        <>
          <Switch user={user} />
          <Deletion user={user} />
        </>
      )}
    </section>
  );
}

/** Renewal makes a link by which a person sets a password, or a new password of a remote site. */
function Renewal({ user }: { user: User }) {
  const { t } = useTranslation("accounts");
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const site = user.role === "PEER";
  const params = { path: { id: user.id } };
  const renew = useMutation({
    mutationFn: () =>
      site
        ? call(api.POST("/api/v1/users/{id}:generatePassword", { params, body: {} }))
        : call(api.POST("/api/v1/users/{id}:invite", { params, body: {} })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["users"] }),
    onSettled: () => setAsked(false),
  });
  const action = t(site ? "user.generate" : user.invited ? "user.invite" : "user.reset");
  return (
    <>
      <p>
        <Button onClick={() => setAsked(true)}>{action}</Button>
      </p>
      {renew.isError && <ErrorNote error={renew.error} />}
      <div role="status">{renew.data && <UserSecret user={renew.data} />}</div>
      <ConfirmDialog
        title={action}
        open={asked}
        onClose={() => setAsked(false)}
        action={action}
        busy={renew.isPending}
        onConfirm={() => renew.mutate()}
      >
        <p>{t(site ? "user.generateText" : "user.inviteText", { name: user.username })}</p>
      </ConfirmDialog>
    </>
  );
}

/** Switch disables an account, or enables it again. Disabling keeps everything. */
function Switch({ user }: { user: User }) {
  const { t } = useTranslation("accounts");
  const queries = useQueryClient();
  const [asked, setAsked] = useState(false);
  const change = useMutation({
    mutationFn: (disabled: boolean) =>
      call(api.PATCH("/api/v1/users/{id}", { params: { path: { id: user.id } }, body: { disabled, etag: user.etag } })),
    onSuccess: (saved) => {
      queries.setQueryData(userQuery(user.id).queryKey, saved);
      void queries.invalidateQueries({ queryKey: ["users"] });
      announce(t(saved.disabled ? "user.disabledNow" : "user.enabledNow"));
    },
    onError: () => queries.invalidateQueries({ queryKey: ["users"] }),
    onSettled: () => setAsked(false),
  });
  const action = t(user.disabled ? "user.enable" : "user.disable");
  return (
    <>
      <p>
        <Button busy={change.isPending} onClick={() => (user.disabled ? change.mutate(false) : setAsked(true))}>
          {action}
        </Button>
      </p>
      {change.isError && <ErrorNote error={change.error} />}
      <ConfirmDialog
        title={action}
        open={asked}
        onClose={() => setAsked(false)}
        action={action}
        busy={change.isPending}
        onConfirm={() => change.mutate(true)}
      >
        <p>{t("user.disableText", { name: user.username })}</p>
      </ConfirmDialog>
    </>
  );
}

function Deletion({ user }: { user: User }) {
  const { t } = useTranslation("accounts");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [asked, setAsked] = useState(false);
  const remove = useMutation({
    mutationFn: () => call(api.DELETE("/api/v1/users/{id}", { params: { path: { id: user.id }, query: { etag: user.etag } } })),
    onSuccess: async () => {
      announce(t("user.deleted"));
      await navigate({ to: "/users" });
      queries.removeQueries({ queryKey: userQuery(user.id).queryKey });
      void queries.invalidateQueries({ queryKey: ["users"] });
    },
    onSettled: () => setAsked(false),
  });
  return (
    <>
      <p>
        <Button look="danger" onClick={() => setAsked(true)}>
          {t("user.delete")}
        </Button>
      </p>
      {remove.isError && <ErrorNote error={remove.error} />}
      <ConfirmDialog
        title={t("user.delete")}
        open={asked}
        onClose={() => setAsked(false)}
        action={t("user.delete")}
        danger
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
      >
        <p>
          <strong>
            <bdi>{user.username}</bdi>
          </strong>
        </p>
        <p>{t("user.deleteText")}</p>
      </ConfirmDialog>
    </>
  );
}
