package dev.ipauth.relay.queue;

import io.netty.channel.EventLoop;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.concurrent.Executors;

/** Texts that are held until their end, whether or not there is a queue that holds them too. */
public final class HeldTexts {
  private static final System.Logger LOG = System.getLogger("relay");

  private final HeldBudget budget;
  private final HeldFiles files;

  /**
   * @param bytes what all of them hold in memory together
   * @param folder where what is beyond goes
   */
  public HeldTexts(long bytes, Path folder) {
    this.budget = new HeldBudget(bytes);
    this.files =
        new HeldFiles(folder, Executors.newVirtualThreadPerTaskExecutor(), HeldTexts::failed);
  }

  private static void failed(IOException why) {
    LOG.log(Level.WARNING, "A text can't be held: " + why);
  }

  /** For one message, whose device lives on this event loop. */
  public HeldText hold(EventLoop loop) {
    return new HeldText(budget, files, loop);
  }
}
