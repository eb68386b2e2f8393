// node verify_webhooks.mjs LINES SECRET: verifies each line {"headers": {…}, "body": "…"} with the reference library of
// Standard Webhooks and prints how many are good and how many are refused. The library is looked for where it was
// installed, in the folder node_modules beside NODE_ROOT.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const { Webhook } = createRequire(process.env.NODE_ROOT + "/")("standardwebhooks");
const [lines, secret] = process.argv.slice(2);
const webhook = new Webhook(secret);
let good = 0;
let refused = 0;
for (const line of readFileSync(lines, "utf-8").split("\n").filter(Boolean)) {
    const { headers, body } = JSON.parse(line);
    try {
        webhook.verify(body, headers);
        good += 1;
    } catch {
        refused += 1;
    }
}
console.log(`${good} good, ${refused} refused`);
