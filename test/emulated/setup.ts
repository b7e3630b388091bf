// What a test starts runs on the same machine.
process.execPath = process.env.QUESTS_MACHINE_NODE ?? process.execPath;
