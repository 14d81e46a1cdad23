"""Runs a whole notebook through nbclient, and ends like any program when Ctrl-C comes: the kernel at once, then KeyboardInterrupt."""

import asyncio
import signal

from nbclient import NotebookClient


class InterruptibleClient(NotebookClient):
    _is_stopped = False

    async def async_start_new_kernel(self, **kwargs):
        # in place of nbclient's handler, which ends the kernel and leaves the notebook to fail of that in some way
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, self._stop, asyncio.current_task())
        await super().async_start_new_kernel(**kwargs)

    def _stop(self, task):
        self._is_stopped = True
        self.shutdown_kernel = "immediate"
        task.cancel()

    def run(self):
        try:
            self.execute()
        except (Exception, asyncio.CancelledError):  # nbclient takes a cancelled cell for one whose kernel died
            if self._is_stopped:
                raise KeyboardInterrupt from None
            raise
