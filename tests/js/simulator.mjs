// `hubfolk sim` with a world of its own, until it is stopped.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_MILLISECONDS = 60_000;

/** Serves a world on a free port of this machine: its address, and a function that stops it. */
export async function startSimulator(program, world) {
  const folder = mkdtempSync(join(tmpdir(), "hubfolk-js-"));
  const file = join(folder, "world.json");
  writeFileSync(file, JSON.stringify(world));
  const process = spawn(program, ["sim", "--world", file, "--listen", "127.0.0.1:0"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => process.once("close", resolve));
  const stop = async () => {
    process.kill();
    await ended;
    rmSync(folder, { recursive: true });
  };
  let said = "";
  const address = new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error(`no address in time: ${said}`)), START_MILLISECONDS);
    process.once("error", reject);
    process.once("close", () => reject(new Error(`the simulator ended: ${said}`)));
    process.stdout.setEncoding("utf8").on("data", (text) => {
      said += text;
      const found = said.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (found) {
        clearTimeout(late);
        resolve(found[0]);
      }
    });
  });
  try {
    return { hubUrl: await address, stop };
  } catch (error) {
    process.kill();
    throw error;
  }
}
