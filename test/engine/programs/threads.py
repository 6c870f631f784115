"""Two hundred threads that are all there at once."""

import threading

everyone = threading.Barrier(201)
lock = threading.Lock()
count = 0


def work():
    global count
    everyone.wait()
    with lock:
        count += 1


threads = [threading.Thread(target=work, name="worker-%d" % number) for number in range(200)]
for thread in threads:
    thread.start()
print(threading.active_count(), "threads")
everyone.wait()
for thread in threads:
    thread.join()
print(count, "counted,", threading.active_count(), "left")
