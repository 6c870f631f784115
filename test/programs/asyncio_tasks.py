"""How the tasks of an event loop are made, and how they end.

create_task() is the usual way, asyncio.Task() the bare one; gather(), wait_for() and a TaskGroup
make tasks for what they are given. An eager task (3.12) runs at once, in the step of who makes it,
and may be over before that one goes on. A task ends done, cancelled or with an exception;
an exception that nobody awaits is only told of when the task is thrown away.

In Forkscope: each task with its parent, the line that made it and its end; what a task awaits
while it does: another task, a thread of an executor, a program.
"""

import asyncio
import concurrent.futures
import gc
import sys
import time

pause = 0.06


async def worker(seconds=pause):
    await asyncio.sleep(seconds)  # works
    return "done"


async def fails():
    await asyncio.sleep(pause)
    raise ValueError("nobody asks")


async def fails_in_its_group():
    await asyncio.sleep(pause)
    raise KeyError("the group asks")


async def endless():
    await asyncio.sleep(60)  # waits to be cancelled


async def stubborn():
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        return "no"


async def at_once():
    return "already over"


def compute():
    time.sleep(pause)
    return "computed"


async def make():
    loop = asyncio.get_running_loop()
    made = loop.create_task(worker())  # makes it with the loop
    bare = asyncio.Task(worker())  # makes it barely
    print("made:", await made, await bare)  # awaits a task
    print("gathered:", await asyncio.gather(worker(), worker()))  # awaits them all
    print("in time:", await asyncio.wait_for(worker(), 30))  # awaits it for so long
    first, _ = await asyncio.wait([loop.create_task(worker())])  # awaits the set
    print("waited:", [task.result() for task in first])


async def end():
    loop = asyncio.get_running_loop()
    cancelled = loop.create_task(endless())
    refuses = loop.create_task(stubborn())
    await asyncio.sleep(pause)
    cancelled.cancel()
    refuses.cancel()
    print("cancelled:", await asyncio.gather(cancelled, return_exceptions=True) != [], await refuses)
    try:
        await asyncio.wait_for(endless(), pause)  # gives up on it
    except asyncio.TimeoutError:
        print("timed out")
    unasked = loop.create_task(fails())
    await asyncio.sleep(2 * pause)
    loop.set_exception_handler(lambda loop, context: print("never retrieved:", type(context["exception"]).__name__))
    del unasked
    gc.collect()
    loop.set_exception_handler(None)


async def elsewhere():
    loop = asyncio.get_running_loop()
    print("default executor:", await loop.run_in_executor(None, compute))  # awaits a thread
    with concurrent.futures.ThreadPoolExecutor(1, "own") as own:
        print("own executor:", await loop.run_in_executor(own, compute))  # awaits a thread of its own
    if hasattr(asyncio, "to_thread"):  # 3.9
        await asyncio.to_thread(compute)  # awaits to_thread
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", "import time; time.sleep(%r)" % pause)
    print("program:", await program.wait())  # awaits a program


async def group():
    if not hasattr(asyncio, "TaskGroup"):  # 3.11, as timeout()
        return
    try:
        async with asyncio.timeout(pause):
            await endless()  # is cut short
    except asyncio.TimeoutError:
        pass
    async with asyncio.TaskGroup() as tasks:  # awaits its group
        tasks.create_task(worker(), name="member 1")  # makes a member
        tasks.create_task(worker(), name="member 2")
    try:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(endless(), name="sibling")
            tasks.create_task(fails_in_its_group(), name="culprit")
    except BaseException as error:
        assert [type(each) for each in error.exceptions] == [KeyError]


async def eager():
    if not hasattr(asyncio, "eager_task_factory"):  # 3.12
        return
    loop = asyncio.get_running_loop()
    loop.set_task_factory(asyncio.eager_task_factory)
    over = loop.create_task(at_once())  # makes one that is over at once
    assert over.done()
    await loop.create_task(worker())  # makes one that begins at once
    loop.set_task_factory(None)


async def main():
    for part in (make, end, elsewhere, group, eager):
        await part()
    print("all tasks but this one are over:", len(asyncio.all_tasks()) == 1)


if __name__ == "__main__":
    asyncio.run(main())
