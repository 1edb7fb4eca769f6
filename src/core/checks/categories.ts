import { poolOf } from "../identity-text.ts";
import type { Category } from "../nouns/category.ts";
import { principalKey } from "../principal-word.ts";
import { coveredBy, coverOf } from "../scope.ts";
import type { State } from "../state.ts";
import { each, error, note, type Report, warning } from "./finding.ts";
import { checkNameOf } from "./names.ts";
import {
  everyone,
  firstPool,
  freeName,
  isEnabled,
  plannedCategory,
  type Survey,
  usableEntries,
} from "./survey.ts";

/** Categories, and whom they allow (semantics: category and room rules). */
export function* checkCategories(survey: Survey): Iterable<Report> {
  yield* checkPools(survey.state);
  const names = new Set<string>();
  for (const category of survey.state.all("categories")) {
    yield* checkNameOf(survey.state, category, "category", names);
    yield* checkAllowed(survey, category);
    yield* checkCreators(survey, category);
    yield* checkSettings(survey.state, category);
  }
}

function* checkPools(state: State): Iterable<Report> {
  const used = new Set(
    [...state.all("categories")].map((category) => poolOf(category.identity).toLowerCase()),
  );
  const pools = [...state.all("pools")].map((pool) => pool.fqdn);
  for (const pool of pools.length === 0 ? [firstPool(state)] : pools) {
    if (used.has(pool.toLowerCase())) continue;
    const people = everyone(state);
    const command = [
      "new-category",
      plannedCategory(state, pool),
      ...each("--allowed-members", people),
      ...each("--creators", people),
    ];
    yield error("no-category", pools.length === 0 ? null : { kind: "pool", identity: pool }, {}, command);
  }
}

function* checkAllowed(survey: Survey, category: Category): Iterable<Report> {
  const object = { kind: "category", identity: category.identity } as const;
  const set = ["set-category", category.identity];
  const allow =
    survey.state.directory === undefined
      ? []
      : [[...set, ...each("--add-allowed-members", everyone(survey.state))]];
  if (category.allowedMembers.length === 0) {
    yield error("allowed-empty", object, {}, ...allow);
    return;
  }
  const denied = new Set(category.deniedMembers.map(principalKey));
  const twice = category.allowedMembers.filter((entry) => denied.has(principalKey(entry)));
  if (!somebodyInScope(survey, category)) {
    const denials = cancelling(survey, category);
    const mend = denials.length > 0 ? [[...set, ...each("--remove-denied-members", denials)]] : [];
    yield error("allowed-cancelled", object, { denials }, ...mend);
  } else if (twice.length > 0) {
    const command = [...set, ...each("--remove-allowed-members", twice)];
    yield warning("allowed-and-denied", object, { principals: twice }, command);
  }
}

/** Whether anybody at all is allowed and not denied; true where that cannot be told. */
function somebodyInScope({ state, placeIn }: Survey, category: Category): boolean {
  const { directory } = state;
  if (directory === undefined)
    return category.allowedMembers.some((entry) => placeIn(category, entry) !== "denied");
  for (const listed of category.allowedMembers) {
    for (const entry of coveredBy(directory, listed)) {
      if (entry.kind === "user" && isEnabled(entry) && placeIn(category, entry.sipAddress) === "in")
        return true;
    }
  }
  return false;
}

/** The denials that take out those whom the category allows. */
function cancelling({ state, listed }: Survey, category: Category): string[] {
  const { directory } = state;
  const denials = new Set<string>();
  for (const entry of category.allowedMembers) {
    const people = directory === undefined ? [] : coveredBy(directory, entry);
    const words = [...people].flatMap((found) =>
      found.kind === "user" && isEnabled(found) ? [found.sipAddress] : [],
    );
    for (const word of [entry, ...words]) {
      const { answer, entry: denial } = coverOf(listed(word).standing, category.deniedMembers);
      if (answer === "yes" && denial !== undefined) denials.add(denial);
    }
  }
  return [...denials];
}

function* checkCreators(survey: Survey, category: Category): Iterable<Report> {
  const object = { kind: "category", identity: category.identity } as const;
  const set = ["set-category", category.identity];
  if (category.creators.length === 0) {
    const usable = usableEntries(survey, category);
    const creators = usable.length > 0 ? usable : everyone(survey.state);
    yield warning(
      "no-creators",
      object,
      {},
      ...(creators.length === 0 ? [] : [[...set, ...each("--add-creators", creators)]]),
    );
  }
  const sound = category.creators.filter((entry) => survey.listed(entry).fault === undefined);
  for (const place of ["denied", "not-allowed"] as const) {
    const principals = sound.filter((entry) => survey.placeIn(category, entry) === place);
    if (principals.length === 0) continue;
    const option = place === "denied" ? "--remove-creators" : "--add-allowed-members";
    const facts = { list: "creators", principals, because: place, category: category.identity };
    yield error("out-of-scope", object, facts, [...set, ...each(option, principals)]);
  }
}

function* checkSettings(state: State, category: Category): Iterable<Report> {
  const { identity } = category;
  const object = { kind: "category", identity } as const;
  const rooms = [...state.lookup("rooms", "category", String(category.id))];
  if (category.fileUpload) {
    yield warning("file-upload-ignored", object, {}, ["set-category", identity, "--file-upload", "false"]);
  }
  const silent = category.invitations ? [] : rooms.filter((room) => room.invitations === "Inherit");
  if (silent.length > 0) {
    const command = ["set-category", identity, "--invitations", "true"];
    yield note("invitations-off", object, { rooms: silent.length }, command);
  }
  if (rooms.length === 0 && state.count("rooms") > 0) {
    const pool = poolOf(identity);
    const room = `${pool}\\${freeName(state, pool, `${category.name} Room`)}`;
    yield note("no-room-in-category", object, {}, ["new-room", room, "--category", identity]);
  }
}
