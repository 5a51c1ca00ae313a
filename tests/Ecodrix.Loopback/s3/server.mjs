// Serves S3 on a port of its own, prints it, and ends when its input does. Arguments: a folder, a bucket.
import crypto from "node:crypto";

// It hides its page tokens with DES, which OpenSSL 3 no longer has. The form of a token matters to nobody.
const { createCipheriv, createDecipheriv } = crypto;
const key = Buffer.alloc(16);
crypto.createCipheriv = (name, own, iv) => (name === "des" ? createCipheriv("aes-128-cbc", key, key) : createCipheriv(name, own, iv));
crypto.createDecipheriv = (name, own, iv) => (name === "des" ? createDecipheriv("aes-128-cbc", key, key) : createDecipheriv(name, own, iv));
const { default: S3rver } = await import("s3rver");

const [directory, bucket] = process.argv.slice(2);
const server = new S3rver({
  address: "127.0.0.1",
  port: 0,
  silent: true,
  directory,
  configureBuckets: [{ name: bucket }],
});
const { port } = await server.run();
console.log(port);
process.stdin.resume();
process.stdin.on("end", async () => {
  await server.close();
  process.exit(0);
});
