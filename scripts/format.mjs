// Formats the C++ sources by .clang-format; with --check it only says which ones are not.
import { filesBelow, ifStarted, run } from "./project.mjs";
import { setUp } from "./setup.mjs";

await ifStarted(import.meta.url, async (args) => {
  await setUp("format");
  const mode = args.includes("--check") ? ["--dry-run", "--Werror"] : ["-i"];
  const sources = ["src", "tests/native", "tests/fuzz", "tests/counts", "scripts"].flatMap((folder) =>
    filesBelow(folder, [".h", ".cpp"]),
  );
  return (await run("clang-format", [...mode, ...sources])).code;
});
