"""What tasks wait for beside the network: each other, and room, and a turn.

asyncio has locks of its own. They look like threading's, but only the task waits that awaits
one; its thread goes on with the others.

In Forkscope: a lane for each task, which says at which line it waits for what, while the one
thread beneath them stands in its poll.
"""

import asyncio

pause = 0.05


async def hold(lock):
    async with lock:
        await asyncio.sleep(pause)


async def wants_lock(lock):
    async with lock:  # waits for the lock
        pass


async def wants_semaphore(semaphore):
    async with semaphore:  # waits for the semaphore
        pass


async def wants_event(event):
    await event.wait()  # waits for the event


async def wants_condition(condition, news):
    async with condition:
        await condition.wait_for(lambda: news)  # waits for the condition


async def wants_item(queue):
    await queue.get()  # waits for an item
    queue.task_done()


async def wants_room(queue):
    await queue.put(1)
    await queue.put(2)  # waits for room


async def wants_all_done(queue):
    await queue.join()  # waits for all to be done


async def wants_future(future):
    await future  # waits for a future


async def wants_barrier(barrier):
    await barrier.wait()  # waits at the barrier


def named(name, coroutine):
    return asyncio.get_running_loop().create_task(coroutine, name=name)


async def main():
    lock, semaphore, event, condition = asyncio.Lock(), asyncio.Semaphore(1), asyncio.Event(), asyncio.Condition()
    items, room, work = asyncio.Queue(), asyncio.Queue(1), asyncio.Queue()
    future, news = asyncio.get_running_loop().create_future(), []
    await work.put("something to do")

    tasks = [
        named("holds the lock", hold(lock)), named("lock", wants_lock(lock)),
        named("holds the semaphore", hold(semaphore)), named("semaphore", wants_semaphore(semaphore)),
        named("event", wants_event(event)), named("condition", wants_condition(condition, news)),
        named("item", wants_item(items)), named("room", wants_room(room)), named("all done", wants_all_done(work)),
        named("future", wants_future(future)),
    ]
    if hasattr(asyncio, "Barrier"):  # 3.11
        barrier = asyncio.Barrier(2)
        tasks.append(named("barrier", wants_barrier(barrier)))
    await asyncio.sleep(2 * pause)

    event.set()
    async with condition:
        news.append("now")
        condition.notify()
    await items.put("an item")
    await room.get()
    await work.get()
    work.task_done()
    future.set_result(None)
    if hasattr(asyncio, "Barrier"):
        await barrier.wait()
    await asyncio.gather(*tasks)
    print("everybody went on")


if __name__ == "__main__":
    asyncio.run(main())
