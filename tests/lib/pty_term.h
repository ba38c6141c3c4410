/*
 * A program on a pseudo terminal, its screen kept by libvterm: what a person
 * would see (reference/terminal-ui.md §5).  Nothing sleeps for a fixed time:
 * every wait ends with the condition or fails at its limit.
 */
#ifndef TESTS_PTY_TERM_H
#define TESTS_PTY_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

struct pty;

/* Starts argv[0]; rows x cols; TERM=xterm-256color, LANG=C.UTF-8. */
struct pty *pty_start(char *const argv[], int rows, int cols);

/* Hangs up, waits (at most 5 s, then kills) and frees: the exit status, or
 * -signal. */
int pty_end(struct pty *p);

/* Bytes as from the keyboard. */
void pty_send(struct pty *p, const char *bytes);

/* A named key: F1..F12, Enter, Tab, Up, Down, Esc … */
void pty_key(struct pty *p, const char *name);

/* Until `text` is (or is no longer) on the screen. */
bool pty_wait(struct pty *p, const char *text, int ms);
bool pty_wait_gone(struct pty *p, const char *text, int ms);

/* Until the program ended: exit status through *status, as pty_end(). */
bool pty_wait_exit(struct pty *p, int ms, int *status);

/* Now. */
bool pty_has(struct pty *p, const char *text);

void pty_resize(struct pty *p, int rows, int cols);

/* The screen as lines of UTF-8. */
void pty_dump(struct pty *p, FILE *to);

/* Keys sent so far (pty_key and characters of pty_send). */
unsigned pty_keys(const struct pty *p);

/* All bytes that the program ever wrote. */
const char *pty_output(const struct pty *p, size_t *n);

pid_t pty_pid(const struct pty *p);

#endif
