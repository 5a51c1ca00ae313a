// A real mail server on 127.0.0.1 for the tests. Its one argument is JSON:
//   { cert, key: PEM texts, tls: "starttls" | "implicit" | "none", user, password }
// The recipient's local part scripts the answer: "450@…" and "550@…" refuse with that code, "421@…" hangs up with it,
// "gone@…" drops the connection before DATA, "lost@…" takes the message and drops the connection without an answer.
// Every line on stdout is one JSON object; the first says on which port it listens. It ends when stdin does.
import { SMTPServer } from "smtp-server";
import { simpleParser } from "mailparser";

const settings = JSON.parse(process.argv[2]);
const say = (line) => process.stdout.write(JSON.stringify(line) + "\n");

const refusal = (code, text) => Object.assign(new Error(text), { responseCode: code });
const localPart = (address) => address.address.split("@")[0];

const drop = (session) => {
  for (const connection of server.connections) {
    if (connection.session.id === session.id) {
      connection._socket.destroy();
    }
  }
};

const server = new SMTPServer({
  name: "loopback",
  banner: "loopback",
  secure: settings.tls === "implicit",
  hideSTARTTLS: settings.tls === "none",
  disabledCommands: settings.tls === "none" ? ["STARTTLS"] : [],
  allowInsecureAuth: settings.tls === "none",
  key: settings.key,
  cert: settings.cert,
  authOptional: !settings.user,
  authMethods: ["PLAIN", "LOGIN"],
  size: 10 * 1024 * 1024,

  onConnect(session, done) {
    say({ event: "connected", id: session.id });
    done();
  },
  onClose(session) {
    say({ event: "closed", id: session.id });
  },
  onAuth(auth, session, done) {
    if (auth.username === settings.user && auth.password === settings.password) {
      return done(null, { user: auth.username });
    }
    if (auth.username === "busy") {
      return done(refusal(454, "Temporary authentication failure"));
    }
    done(refusal(535, "Authentication credentials invalid"));
  },
  onRcptTo(address, session, done) {
    const script = localPart(address);
    if (script === "gone") {
      drop(session);
      return;
    }
    if (/^[45]\d\d$/.test(script)) {
      return done(refusal(Number(script), `Scripted ${script}`));
    }
    done();
  },
  onData(stream, session, done) {
    const chunks = [];
    stream.on("data", (chunk) => chunks.push(chunk));
    stream.on("end", async () => {
      const raw = Buffer.concat(chunks);
      const mail = await simpleParser(raw, { skipTextToHtml: true, skipHtmlToText: true, skipImageLinks: true });
      say({
        event: "message",
        id: session.id,
        secure: Boolean(session.secure),
        user: session.user ?? null,
        from: session.envelope.mailFrom.address,
        to: session.envelope.rcptTo.map((recipient) => recipient.address),
        subject: mail.subject ?? null,
        messageId: mail.messageId ?? null,
        replyTo: mail.replyTo?.text ?? null,
        text: mail.text ?? null,
        html: mail.html || null,
        headers: Object.fromEntries(mail.headerLines.map((header) => [header.key, header.line])),
      });
      if (session.envelope.rcptTo.some((recipient) => localPart(recipient) === "lost")) {
        drop(session);
        return;
      }
      done(null, `queued as ${session.id}`);
    });
  },
});

server.on("error", (error) => {
  // A dropped or refused TLS connection is part of the tests; what cannot be survived ends the process.
  if (error.code === "EADDRINUSE") {
    throw error;
  }
});

server.listen(settings.port ?? 0, "127.0.0.1", () => say({ event: "listening", port: server.server.address().port }));

// Tests can end every open connection, as a server that restarts does.
process.stdin.on("data", (text) => {
  if (text.toString().includes("drop")) {
    server.connections.forEach((connection) => connection._socket.destroy());
  }
});
process.stdin.on("end", () => process.exit(0));
