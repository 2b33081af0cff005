package dev.slipway.node;

import java.io.IOException;

/// A volume that cannot be mounted now; may be tried again.
public final class VolumeException extends IOException {
  private static final long serialVersionUID = 1L;

  /// @param why in a kubelet's words
  VolumeException(String volume, String why) {
    super("MountVolume.SetUp failed for volume \"" + volume + "\" : " + why);
  }

  /// In a kubelet's words.
  public String why() {
    return String.valueOf(getMessage());
  }
}
