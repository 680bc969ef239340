process.stdout.write(`Node ${process.version}\n`)
