"""What people type, in the forms in which it is searched: phone numbers, addresses, names, case numbers. Pure."""
