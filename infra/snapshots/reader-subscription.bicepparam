// What READER_SCOPES gives a principal: the oracle of the names that the app itself prints.
using '../reader/subscription.bicep'

param principalId = '00000000-0000-4000-8000-0000000000fe'
