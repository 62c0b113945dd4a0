#!/usr/bin/python3
"""
The notification service of a desktop, played by a test: says on its output what is shown and what is closed, one JSON object a line, and
lets a test press a button by D-Bus, which reaches the browser as if a person had.
"""

import json
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

NAME = "org.freedesktop.Notifications"


def say(**what):
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


class Notifications(dbus.service.Object):
    def __init__(self, bus):
        self.count = 0
        super().__init__(dbus.service.BusName(NAME, bus), "/org/freedesktop/Notifications")

    @dbus.service.method(NAME, in_signature="", out_signature="as")
    def GetCapabilities(self):
        return ["actions", "body", "icon-static", "persistence"]

    @dbus.service.method(NAME, in_signature="", out_signature="ssss")
    def GetServerInformation(self):
        return ("test", "offhook", "1", "1.2")

    @dbus.service.method(NAME, in_signature="susssasa{sv}i", out_signature="u")
    def Notify(self, app, replaced, icon, summary, body, actions, hints, timeout):
        if replaced == 0:
            self.count += 1
            replaced = self.count
        pairs = [str(action) for action in actions]
        say(
            shown=int(replaced),
            title=str(summary),
            body=str(body),
            actions=dict(zip(pairs[::2], pairs[1::2])),
            silent=bool(hints.get("suppress-sound", False)),
            stays=int(timeout) == 0,
            picture="image-data" in hints or "image_data" in hints or "image-path" in hints,
        )
        return dbus.UInt32(replaced)

    @dbus.service.method(NAME, in_signature="u", out_signature="")
    def CloseNotification(self, number):
        say(closed=int(number))
        self.NotificationClosed(number, 3)

    @dbus.service.signal(NAME, signature="uu")
    def NotificationClosed(self, number, reason):
        pass

    @dbus.service.signal(NAME, signature="us")
    def ActionInvoked(self, number, action):
        pass

    @dbus.service.method("test.Person", in_signature="us", out_signature="")
    def Press(self, number, action):
        self.ActionInvoked(number, action)


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
notifications = Notifications(dbus.SessionBus())
say(ready=True)
GLib.MainLoop().run()
