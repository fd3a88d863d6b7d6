// Compiles assets/ into engage/static/dist/, each file under a name that carries its hash:
// *.scss -> css and its right-to-left twin, *.mjs -> one small script each, images/ as they are,
// the files named in fonts.txt -> fonts/, the named Lucide icons -> icons.json. Last comes manifest.json; then what it no longer names goes.
// Called by hatch_build.py in the folder that holds node_modules.
import { createHash } from "node:crypto";
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import zlib from "node:zlib";

const require = createRequire(path.join(process.cwd(), "package.json"));
const esbuild = require("esbuild");
const rtlcss = require("rtlcss");
const sass = require("sass");

const { assets, dist, icons } = JSON.parse(process.argv[2]);
const modules = path.join(process.cwd(), "node_modules");
const manifest = {};
const kept = new Set(["manifest.json", "icons.json"]);

function keep(name, content) {
  const bytes = Buffer.from(content);
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 12);
  const { dir, name: stem, ext } = path.parse(name);
  const hashed = path.posix.join(dir, `${stem}.${hash}${ext}`);
  write(hashed, bytes);
  kept.add(hashed);
  if (/\.(css|mjs|js|svg|json|webmanifest)$/.test(ext)) {
    write(`${hashed}.gz`, zlib.gzipSync(bytes, { level: 9 }));
    write(`${hashed}.br`, zlib.brotliCompressSync(bytes));
    kept.add(`${hashed}.gz`).add(`${hashed}.br`);
  }
  manifest[name] = hashed;
}

function write(name, bytes) {
  const target = path.join(dist, name);
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(`${target}.tmp`, bytes);
  fs.renameSync(`${target}.tmp`, target);
}

function filesUnder(folder, prefix = "") {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = path.posix.join(prefix, entry.name);
    return entry.isDirectory() ? filesUnder(path.join(folder, entry.name), name) : [name];
  });
}

async function buildStyles(name) {
  const compiled = sass.compile(path.join(assets, name), {
    loadPaths: [modules, assets],
    quietDeps: true,
    style: "expanded",
  });
  const minify = async (css) => (await esbuild.transform(css, { loader: "css", minify: true })).code;
  const stem = name.replace(/\.scss$/, "");
  keep(`${stem}.css`, await minify(compiled.css));
  keep(`${stem}-rtl.css`, await minify(rtlcss.process(compiled.css)));
}

async function buildScript(name) {
  const built = await esbuild.build({
    entryPoints: [path.join(assets, name)],
    nodePaths: [modules],
    bundle: true,
    minify: true,
    write: false,
    legalComments: "none",
    target: "es2020",
    // Not every browser runs a service worker that is a module.
    format: name === "sw.mjs" ? "iife" : "esm",
  });
  keep(name, built.outputFiles[0].contents);
}

function buildIcons() {
  const found = {};
  for (const name of icons) {
    const own = path.join(assets, "icons", `${name}.svg`);
    const file = fs.existsSync(own) ? own : path.join(modules, "lucide-static", "icons", `${name}.svg`);
    if (!fs.existsSync(file)) throw new Error(`No icon is called "${name}" (see assets/icons.txt).`);
    const inside = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(fs.readFileSync(file, "utf8"));
    found[name] = inside[1].replace(/\s*\n\s*/g, "").trim();
  }
  write("icons.json", JSON.stringify(found));
}

function keepFonts() {
  const list = path.join(assets, "fonts.txt");
  if (!fs.existsSync(list)) return;
  const named = fs.readFileSync(list, "utf8").split("\n").map((line) => line.trim());
  for (const name of named.filter((line) => line && !line.startsWith("#"))) {
    keep(`fonts/${path.basename(name)}`, fs.readFileSync(path.join(modules, name)));
  }
}

try {
  for (const name of fs.existsSync(assets) ? fs.readdirSync(assets).sort() : []) {
    if (name.endsWith(".scss") && !name.startsWith("_")) await buildStyles(name);
    if (name.endsWith(".mjs") && !name.startsWith("_")) await buildScript(name);
  }
  for (const name of filesUnder(path.join(assets, "images"))) {
    keep(name, fs.readFileSync(path.join(assets, "images", name)));
  }
  keepFonts();
  buildIcons();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}
write("manifest.json", JSON.stringify(manifest, null, 2));
for (const name of filesUnder(dist)) {
  if (!kept.has(name)) fs.rmSync(path.join(dist, name));
}
