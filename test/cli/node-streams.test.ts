import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { WriteStream } from "node:tty";
import { expect, onTestFinished, test } from "vitest";
import { nodeOutput } from "../../src/cli/node-streams.ts";

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "pchat-streams-"));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Both ends of a connection that says when it is full instead of waiting, as pipes made by other programs may. */
async function connected(): Promise<{ readonly near: Socket; readonly far: Socket }> {
  const path = join(folder(), "socket");
  const server = createServer({ pauseOnConnect: true });
  const far = new Promise<Socket>((resolve) => server.on("connection", resolve));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const near = connect(path);
  onTestFinished(() => {
    near.destroy();
    server.close();
  });
  await new Promise((resolve) => near.on("connect", resolve));
  return { near, far: await far };
}

const descriptorOf = (socket: Socket): number =>
  (socket as unknown as { _handle: { fd: number } })._handle.fd;

test("what does not fit into a full pipe waits for the reader, and nothing is lost", async () => {
  const { near, far } = await connected();
  const text = Array.from({ length: 200_000 }, (_, index) => `line ${index} 受付\n`).join("");
  let opened = 0;
  const output = nodeOutput(descriptorOf(near), () => {
    opened++;
    return near as unknown as WriteStream;
  });
  let isTaken = false;
  const written = output.write(text).then(() => {
    isTaken = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  expect({ opened, isTaken }).toEqual({ opened: 1, isTaken: false });
  const chunks: Buffer[] = [];
  far.on("data", (chunk: Buffer) => chunks.push(chunk));
  far.resume();
  await written;
  await output.write("the end\n");
  near.end();
  await new Promise((resolve) => far.on("end", resolve));
  expect(Buffer.concat(chunks).toString("utf8") === `${text}the end\n`).toBe(true);
});

test("a file is written without making a stream", async () => {
  const path = join(folder(), "file");
  const fd = openSync(path, "w");
  const output = nodeOutput(fd, () => {
    throw new Error("not needed");
  });
  expect({ isTTY: output.isTTY, columns: output.columns }).toEqual({ isTTY: false, columns: undefined });
  await output.write("受付\n");
  await output.write("");
  closeSync(fd);
  expect(readFileSync(path, "utf8")).toBe("受付\n");
  await expect(output.write("more")).rejects.toMatchObject({ code: "EBADF" });
});
