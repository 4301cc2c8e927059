import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

import type { Repository } from "../../api/types";
import { seconds } from "../../format/times";
import { useFormat } from "../../format/useFormat";
import { useNow } from "../../format/useNow";
import { Status, type StatusName } from "../../ui/Status";
import { useReason } from "../../ui/useReason";
import { type Problem, problemOf } from "./problems";

interface Props {
  status: StatusName;
  word?: string;
  text: ReactNode;
  /** Link that leads to where it is mended. */
  fix: ReactNode;
}

/** ProblemLine is one problem in one line: what it is, where, since when, and the way to its end. */
export function ProblemLine({ status, word, text, fix }: Props) {
  return (
    <li>
      <Status name={status} word={word} />
      <p>{text}</p>
      <p className="fix">{fix}</p>
    </li>
  );
}

export function RepositoryProblem({ repository }: { repository: Repository }) {
  const { t } = useTranslation("overview");
  const problem = problemOf(repository);
  const failing = repository.condition === "NEEDS_YOU" || repository.condition === "FAILING";
  const name = (
    <Link to="/repositories/$id/configuration" params={{ id: repository.id }}>
      <bdi>{repository.name}</bdi>
    </Link>
  );
  return (
    <ProblemLine
      status={failing ? (repository.condition as "FAILING") : "WARNING"}
      text={
        <>
          {name}
          {t("colon")} <CauseText repository={repository} problem={problem} />
        </>
      }
      fix={<FixLink repository={repository} problem={problem} label={t(`fix.${problem.fix}`)} />}
    />
  );
}

function CauseText({ repository, problem }: { repository: Repository; problem: Problem }) {
  const { t } = useTranslation("overview");
  const format = useFormat();
  const now = useNow();
  const explain = useReason();
  const offset = format.duration(Math.abs(seconds(repository.clockOffset)));
  const words = problem.cause ? t(`cause.${problem.cause}`, { offset }) : explain(problem.reason, problem.message);
  if (!problem.since) return <>{words}</>;
  const age = Math.max(0, (now.getTime() - new Date(problem.since).getTime()) / 1000);
  return (
    <>
      {words} <small>{t("since", { duration: format.duration(Math.max(60, age)) })}</small>
    </>
  );
}

function FixLink({ repository, problem, label }: { repository: Repository; problem: Problem; label: string }) {
  const params = { id: repository.id };
  const runId = repository.health?.runId;
  if (problem.place === "proxy") return <Link to="/settings/proxy">{label}</Link>;
  if (problem.place === "run" && runId) {
    return (
      <Link to="/runs/$id" params={{ id: runId }}>
        {label}
      </Link>
    );
  }
  const tab = problem.place === "run" ? "configuration" : problem.place;
  return (
    <Link to={`/repositories/$id/${tab}`} params={params}>
      {label}
    </Link>
  );
}
