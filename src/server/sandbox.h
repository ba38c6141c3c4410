/*
 * What a process of mamorid gives up after its start (DESIGN §2).  Built with
 * -DMAMORI_ASAN the system call list is off, for the sanitizers need more.
 */
#ifndef SERVER_SANDBOX_H
#define SERVER_SANDBOX_H

/*
 * For every process: no core dump, no ptrace, no new privileges, umask 077,
 * at most `files` descriptors (0: leave).  0 or ERR_IO.
 */
int sandbox_common(unsigned files) __attribute__((warn_unused_result));

/* For session and signer: no more files, sockets, processes. */
int sandbox_calls(void) __attribute__((warn_unused_result));

#endif
