/*
 * The load generator: as cheap as can be, because it shares the one core with the server and every microsecond it takes hides
 * a microsecond that tracing costs.
 *
 *     load echo    PORT CONNECTIONS SIZE WARMUP_MS MEASURE_MS    ping-pong on open connections
 *     load connect PORT CONNECTIONS SIZE WARMUP_MS MEASURE_MS    connect, one ping-pong, close, again
 *
 * Prints "ROUNDS NANOSECONDS TOTAL_ROUNDS": what was measured, and everything from the first byte on. load.py does the same
 * where there is no C compiler. It talks to 127.0.0.1 only and stops by itself.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { most_connections = 1024, most_bytes = 65536, silence_ms = 10000 };

static int missing[most_connections]; /* bytes of the answer that have not come yet, by slot */
static int descriptors[most_connections];
static char payload[most_bytes], answer[most_bytes];
static int size, poller;
static struct sockaddr_in server;

static long long now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static void say(int slot) {
  missing[slot] = size;
  if (send(descriptors[slot], payload, size, MSG_NOSIGNAL) != size) fail("send");
}

static void open_connection(int slot) {
  int one = 1, descriptor = socket(AF_INET, SOCK_STREAM, 0);
  if (descriptor < 0) fail("socket");
  if (connect(descriptor, (struct sockaddr *)&server, sizeof server) != 0) fail("connect");
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = (unsigned)slot};
  if (epoll_ctl(poller, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
  descriptors[slot] = descriptor;
  say(slot);
}

int main(int count, char **words) {
  if (count != 7) {
    fprintf(stderr, "usage: load echo|connect PORT CONNECTIONS SIZE WARMUP_MS MEASURE_MS\n");
    return 2;
  }
  int reconnect = strcmp(words[1], "connect") == 0, connections = atoi(words[3]);
  size = atoi(words[4]);
  if (connections < 1 || connections > most_connections || size < 1 || size > most_bytes) return 2;
  server = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(words[2]))};
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  poller = epoll_create1(0);
  for (int slot = 0; slot < connections; slot++) open_connection(slot);

  long long begin = now() + atoll(words[5]) * 1000000, end = begin + atoll(words[6]) * 1000000;
  long long measuring = 0, measured = 0, rounds = 0, total = 0;
  int unanswered = connections;
  struct epoll_event events[64];
  while (unanswered > 0) { /* After the end it only hears what was asked: a server whose clients leave in order prints no traceback. */
    long long time = now();
    if (measuring == 0 && time >= begin) measuring = time, rounds = 0;
    if (measured == 0 && time >= end) measured = time - measuring;
    int ready = epoll_wait(poller, events, 64, silence_ms);
    if (ready == 0) errno = ETIMEDOUT;
    if (ready <= 0) fail("the server's answer");
    for (int index = 0; index < ready; index++) {
      int slot = (int)events[index].data.u32;
      ssize_t got = recv(descriptors[slot], answer, sizeof answer, 0);
      if (got == 0) errno = ECONNRESET;
      if (got <= 0) fail("recv");
      if ((missing[slot] -= (int)got) > 0) continue;
      total++;
      if (measured != 0) {
        unanswered--;
        close(descriptors[slot]);
        continue;
      }
      rounds++;
      if (reconnect) {
        close(descriptors[slot]);
        open_connection(slot);
      } else {
        say(slot);
      }
    }
  }
  printf("%lld %lld %lld\n", rounds, measured, total);
  return 0;
}
