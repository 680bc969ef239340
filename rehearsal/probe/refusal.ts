/** GitHub's answer to a request that it may refuse: its status, and its words where it did. */
export async function outcome(request: Promise<{ status: number }>): Promise<{ status: number; message: string }> {
  try {
    return { status: (await request).status, message: '' }
  } catch (error) {
    const { status, message } = error as { status?: number; message: string }
    // No status is no answer.
    if (status === undefined || status >= 500) throw error
    return { status, message }
  }
}

/** Whether GitHub took a request, or refused it with which status. */
export async function taken(request: Promise<{ status: number }>): Promise<string> {
  const { status } = await outcome(request)
  return status < 300 ? 'taken' : `refused with ${status}`
}
