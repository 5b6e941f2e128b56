// Runs named cases in order and says how each went.

const cases = [];

/** Registers a case. */
export function test(name, body) {
  cases.push({ name, body });
}

/** Runs every case and ends the process. */
export async function run() {
  let failed = 0;
  for (const { name, body } of cases) {
    try {
      await body();
      console.log(`ok ${name}`);
    } catch (error) {
      failed += 1;
      console.log(`FAIL ${name}\n${error.stack}`);
    }
  }
  console.log(`${cases.length - failed} passed, ${failed} failed`);
  process.exit(failed ? 1 : 0);
}

/** The error that `call` must throw. */
export async function refused(call) {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error('was accepted, and should have been refused');
}
