package dev.ipauth.local.data;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.ipauth.settings.BadSettings;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** On which file systems a folder can be kept. */
class FileSystemsTest {
  private static final Path FOLDER = Path.of("/data");

  @ParameterizedTest
  @ValueSource(strings = {"nfs", "nfs4", "cifs", "smb3", "9p", "fuseblk", "fuse.sshfs"})
  void whereWhatWasWrittenCanBeLostItIsNot(String fileSystem) {
    var refused =
        assertThrows(BadSettings.class, () -> DataDir.refuseOtherMachines(FOLDER, fileSystem));
    assertTrue(refused.lines().getFirst().contains(" on " + fileSystem));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ext4", "xfs", "btrfs", "zfs", "tmpfs", "overlay", "ext2/ext3"})
  void onAnyOtherItIs(String fileSystem) {
    assertDoesNotThrow(() -> DataDir.refuseOtherMachines(FOLDER, fileSystem));
  }
}
