const { GITHUB_API_URL, STATE_token: token } = process.env

if (token) {
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(`${GITHUB_API_URL}/installation/token`, { method: 'DELETE', headers })
  process.stdout.write(response.ok ? 'Token revoked\n' : `::warning::Token not revoked: ${response.status}\n`)
}
