import type { Category } from "../nouns/category.ts";
import type { Room } from "../nouns/room.ts";
import { formOf } from "../principal-word.ts";
import { coveredBy, coverOf } from "../scope.ts";
import type { State } from "../state.ts";
import { compareText } from "../text.ts";
import { each, error, note, type Report, warning } from "./finding.ts";
import { categoryOf, isEnabled, roomLists, type Survey, usableEntries } from "./survey.ts";

/** Above these the service degrades (semantics: capacity). */
const mostEntries = 2_000_000;
const mostInvitations = 1_000_000;
const nearly = 0.9;

/** Members, managers and presenters of rooms (semantics: room membership and privacy, auditorium). */
export function* checkPeople(survey: Survey): Iterable<Report> {
  let entries = 0;
  const someone = new Map<Category, string | undefined>();
  for (const room of survey.state.all("rooms")) {
    entries += room.members.length + room.managers.length + room.presenters.length;
    const category = categoryOf(survey.state, room);
    if (category === undefined) continue;
    yield* checkScope(survey, room, category);
    if (!room.disabled) yield* checkLists(survey, room, category, someone);
  }
  if (entries > mostEntries * nearly) yield warning("many-entries", null, { entries, most: mostEntries });
  const invitations = countInvitations(survey.state);
  if (invitations > mostInvitations)
    yield warning("many-invitations", null, { invitations, most: mostInvitations });
}

/** Members, managers and presenters must be in scope (rules of the domain, 2). */
function* checkScope(survey: Survey, room: Room, category: Category): Iterable<Report> {
  const object = { kind: "room", identity: room.identity } as const;
  for (const list of roomLists) {
    const outside = new Map<"denied" | "not-allowed", string[]>();
    for (const entry of survey.entries(room, list)) {
      const place = survey.placeIn(category, entry);
      if ((place !== "denied" && place !== "not-allowed") || entry.fault !== undefined) continue;
      const others = outside.get(place);
      if (others === undefined) outside.set(place, [entry.principal]);
      else others.push(entry.principal);
    }
    for (const [because, principals] of outside) {
      const command =
        because === "denied"
          ? ["set-room", room.identity, ...each(`--remove-${list}`, principals)]
          : ["set-category", category.identity, ...each("--add-allowed-members", principals)];
      const facts = { list, principals, because, category: category.identity };
      yield error("out-of-scope", object, facts, command);
    }
  }
}

function* checkLists(
  survey: Survey,
  room: Room,
  category: Category,
  someone: Map<Category, string | undefined>,
): Iterable<Report> {
  const object = { kind: "room", identity: room.identity } as const;
  const set = ["set-room", room.identity];
  if (room.privacy !== "Open" && room.members.length === 0) {
    const usable = usableEntries(survey, category);
    const mend = usable.length === 0 ? [] : [[...set, ...each("--add-members", usable)]];
    yield error("nobody-can-join", object, { privacy: room.privacy }, ...mend);
  }
  if (room.privacy === "Open" && room.members.length > 0) {
    yield note("members-without-effect", object, { members: room.members.length }, [
      ...set,
      "--clear-members",
    ]);
  }
  if (room.managers.length === 0) {
    const manager = managerFor(survey, room, category, someone);
    yield warning(
      "no-manager",
      object,
      {},
      ...(manager === undefined ? [] : [[...set, "--add-managers", manager]]),
    );
  }
  yield* checkStrangers(survey, room, category, "managers");
  yield* checkAuditorium(survey, room, category);
}

/** Managers and presenters who are not members, though the room has a door (rules of the domain, 4). */
function* checkStrangers(
  survey: Survey,
  room: Room,
  category: Category,
  list: "managers" | "presenters",
): Iterable<Report> {
  if (room.privacy === "Open") return;
  const strangers = survey
    .entries(room, list)
    .filter(
      (entry) =>
        coverOf(entry.standing, room.members).answer === "no" &&
        entry.fault === undefined &&
        survey.placeIn(category, entry) !== "denied",
    )
    .map(({ principal }) => principal);
  if (strangers.length === 0) return;
  const object = { kind: "room", identity: room.identity } as const;
  const command = ["set-room", room.identity, ...each("--add-members", strangers)];
  yield list === "managers"
    ? warning("manager-not-member", object, { principals: strangers }, command)
    : error("presenter-not-member", object, { principals: strangers }, command);
}

function* checkAuditorium(survey: Survey, room: Room, category: Category): Iterable<Report> {
  const object = { kind: "room", identity: room.identity } as const;
  const set = ["set-room", room.identity];
  if (room.type === "Normal") {
    if (room.presenters.length === 0) return;
    yield error("presenters-in-normal-room", object, { principals: room.presenters }, [
      ...set,
      "--clear-presenters",
    ]);
    return;
  }
  yield* checkStrangers(survey, room, category, "presenters");
  if (room.presenters.length > 0) return;
  const presenter = [...room.managers, ...room.members, ...usableEntries(survey, category)].find((entry) =>
    mayPresent(survey, room, category, entry),
  );
  const mend = presenter === undefined ? [] : [[...set, "--add-presenters", presenter]];
  yield error("no-presenter", object, {}, ...mend);
}

function mayPresent({ listed, placeIn }: Survey, room: Room, category: Category, entry: string): boolean {
  const { standing, fault } = listed(entry);
  const enters = room.privacy === "Open" || coverOf(standing, room.members).answer === "yes";
  return fault === undefined && enters && placeIn(category, entry) === "in";
}

/** A user to begin with: a creator, a member, or else the first whom the category allows. */
function managerFor(
  survey: Survey,
  room: Room,
  category: Category,
  someone: Map<Category, string | undefined>,
): string | undefined {
  const sound = (entry: string): boolean =>
    formOf(entry) === "user" &&
    survey.listed(entry).fault === undefined &&
    survey.placeIn(category, entry) === "in";
  const named = [...category.creators, ...room.members].find(sound);
  if (named !== undefined) return named;
  if (!someone.has(category)) someone.set(category, firstInScope(survey, category, sound));
  return someone.get(category);
}

function firstInScope(
  { state: { directory } }: Survey,
  category: Category,
  sound: (user: string) => boolean,
): string | undefined {
  let first: string | undefined;
  for (const listed of category.allowedMembers) {
    const entries = directory === undefined ? [] : coveredBy(directory, listed);
    for (const entry of entries) {
      if (entry.kind !== "user" || !isEnabled(entry)) continue;
      if ((first === undefined || compareText(entry.sipAddress, first) < 0) && sound(entry.sipAddress))
        first = entry.sipAddress;
    }
  }
  return first;
}

/** Invitations that the service would have to keep: users by rooms that send them (semantics: capacity). */
function countInvitations(state: State): number {
  const { directory } = state;
  const sizes = new Map<string, number>();
  const sizeOf = (entry: string): number => {
    if (formOf(entry) === "user" || directory === undefined) return 1;
    let size = sizes.get(entry);
    if (size === undefined) {
      size = 0;
      for (const found of coveredBy(directory, entry)) if (found.kind === "user") size++;
      sizes.set(entry, size);
    }
    return size;
  };
  let invitations = 0;
  for (const room of state.all("rooms")) {
    const category = state.get("categories", room.categoryId);
    if (category?.invitations !== true || room.invitations !== "Inherit" || room.disabled) continue;
    const invited = room.privacy === "Open" ? category.allowedMembers : room.members;
    for (const entry of invited) invitations += sizeOf(entry);
  }
  return invitations;
}
