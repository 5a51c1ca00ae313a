// A receiver of callbacks with default settings, as an integrator would write it: it verifies the plain signature over
// JSON.stringify(req.body) and the Standard Webhooks signature with that scheme's own library, and answers 200 or 401.
// Arguments: express | fastify | plain, the secret, the name of the plain signature's header. The first line on stdout is the
// port; every further line is what was received, as JSON. It ends when stdin does.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";
import { Webhook } from "standardwebhooks";

const [kind, secret, signatureHeader] = process.argv.slice(2);

const verify = (headers, body) => {
  const text = JSON.stringify(body);
  const expected = "sha256=" + createHmac("sha256", secret).update(text).digest("hex");
  const given = headers[signatureHeader] ?? "";
  const plain = given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));

  let standard = true;
  try {
    new Webhook(secret).verify(text, headers);
  } catch {
    standard = false;
  }

  process.stdout.write(JSON.stringify({ plain, standard, body }) + "\n");
  return plain && standard ? 200 : 401;
};

const listening = (port) => process.stdout.write(`${port}\n`);

if (kind === "express") {
  const { default: express } = await import("express");
  const app = express();
  app.use(express.json());
  app.post("/callback", (req, res) => res.sendStatus(verify(req.headers, req.body)));
  const server = app.listen(0, "127.0.0.1", () => listening(server.address().port));
} else if (kind === "fastify") {
  const { default: fastify } = await import("fastify");
  const app = fastify();
  app.post("/callback", async (req, reply) => reply.code(verify(req.headers, req.body)).send(""));
  await app.listen({ port: 0, host: "127.0.0.1" });
  listening(app.server.address().port);
} else {
  const server = createServer(async (req, res) => {
    const chunks = [];
    for await (const chunk of req) {
      chunks.push(chunk);
    }
    res.statusCode = verify(req.headers, JSON.parse(Buffer.concat(chunks).toString("utf8")));
    res.end();
  });
  server.listen(0, "127.0.0.1", () => listening(server.address().port));
}

process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
