"""The door for calls and texts that Twilio carries."""
